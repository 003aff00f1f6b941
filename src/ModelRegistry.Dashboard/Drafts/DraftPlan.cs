using System.Collections.Immutable;
using System.Globalization;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>What a draft comes to: its number, its request, what is missing.</summary>
internal static class DraftPlan
{
    public static readonly ImmutableArray<(string Bump, string Title, string Meaning)> Bumps =
    [
        ("auto", "Automatic", ""), ("major", "Major", "Callers break: other inputs, outputs, labels or architecture."),
        ("minor", "Minor", "Better or retrained; callers need no change."), ("patch", "Patch", "A correction: labels, metadata, a rounding fix."),
    ];

    /// <summary>The texts that a draft starts with: those of the latest version.</summary>
    public static DraftFields Prefill(FamilyFacts? family)
    {
        if (family?.Shown is not { } shown) return new DraftFields { Framework = "pytorch" };
        var m = shown.Manifest;
        return new DraftFields
        {
            Framework = m.Framework ?? "",
            Architecture = m.Architecture ?? "",
            Inputs = DraftDocument.Lines(m.Inputs),
            Outputs = DraftDocument.Lines(m.Outputs),
            Dataset = m.Lineage?.Dataset is { } d ? (d with { Digest = null }).ToString() : "",
            Parent = m.Version.Value,
            License = m.License ?? "",
            Metrics = [.. family.Metrics.Take(6).Select(name => (name, ""))],
            Hyperparameters = DraftDocument.Lines(m.Hyperparameters, VersionQuery.Text),
            Tags = DraftDocument.Lines(m.Tags, t => t),
            Preprocessing = DraftDocument.Text(m.Preprocessing),
        };
    }

    /// <summary>The number that a choice leads to; null where what was typed is no version.</summary>
    public static ModelVersion? Number(FamilyFacts? family, DraftFields fields, string bump)
    {
        if (bump == "explicit") return ModelVersion.TryParse(fields.Explicit.Trim(), out var asked) ? asked : null;
        if (family is null || family.Versions.Count == 0) return ModelVersion.First;
        var highest = family.Versions[0].Manifest.Version;
        return highest.Next(bump switch { "major" => VersionStep.Major, "minor" => VersionStep.Minor, "patch" => VersionStep.Patch, _ => Auto(family, fields).Step });
    }

    /// <summary>What automatic means here, and why.</summary>
    public static (VersionStep Step, string Reason) Auto(FamilyFacts? family, DraftFields fields)
    {
        if (family is null || family.Versions.Count == 0) return (VersionStep.Minor, "The first version of the family.");
        var highest = family.Versions[0].Manifest;
        try
        {
            var (inputs, outputs) = (Shapes(fields.Inputs, "input"), Shapes(fields.Outputs, "output"));
            var differs = Differs(highest.Inputs, inputs) || Differs(highest.Outputs, outputs);
            return differs ? (VersionStep.Major, $"Major: inputs or outputs are not those of {highest.Version}.") : (VersionStep.Minor, $"Minor: inputs and outputs are those of {highest.Version}.");
        }
        catch (ModelRegistryException failure)
        {
            return (VersionStep.Minor, failure.Message);
        }
    }

    /// <summary>The registration that the draft stands for.</summary>
    /// <exception cref="ModelRegistryException">A text cannot be read; the message names it.</exception>
    public static RegistrationRequest Request(Draft draft, ModelVersion? version) => Described(draft, ModelName.Parse(draft.Name ?? "")) with
    {
        Version = version,
        Files = [.. draft.Files.Select(f => new FileToRegister(f.Location, f.Role, RelativeFilePath.Parse(f.Name)))],
        Family = new FamilySettings { Description = Text(draft.Fields.Description), Task = Text(draft.Fields.Task) },
        Link = true,
    };

    /// <summary>What the draft says of its model, read by the rules of every front end.</summary>
    /// <exception cref="ModelRegistryException">A text cannot be read; the message names it.</exception>
    public static RegistrationRequest Described(Draft draft, ModelName name)
    {
        var fields = draft.Fields;
        var input = new RegistrationInput(draft.Folder.Path).Add(RegistrationFields.Name, name.Value)
            .Add(RegistrationFields.SourceCommit, Text(fields.SourceCommit)).Add(RegistrationFields.SourceRepository, Text(fields.SourceRepository));
        if (fields.Json is { } json) input.Add(RegistrationFields.Metadata, Inline(json, "the document"));
        else AddFields(input, fields, name);
        var request = input.ToRequest();
        // An upload has no source of its own; the registry's commit would be a false claim.
        return fields.SourceCommit.Trim().Length > 0 ? request : request with { Source = RegistrationSource.None };
    }

    private static void AddFields(RegistrationInput input, DraftFields fields, ModelName name) => input
        .Add(RegistrationFields.Framework, Text(fields.Framework))
        .Add(RegistrationFields.Architecture, Text(fields.Architecture))
        .Add(RegistrationFields.InputShape, Lines(fields.Inputs.Replace(';', '\n')))
        .Add(RegistrationFields.OutputShape, Lines(fields.Outputs.Replace(';', '\n')))
        .Add(RegistrationFields.Preprocessing, Text(fields.Preprocessing) is { } preprocessing ? Inline(preprocessing, "preprocessing") : null)
        .Add(RegistrationFields.Metric, fields.Metrics.Where(m => m.Name.Trim().Length > 0 && m.Value.Trim().Length > 0).Select(m => $"{m.Name.Trim()}={m.Value.Trim()}"))
        .Add(RegistrationFields.Hyperparameter, Lines(fields.Hyperparameters))
        .Add(RegistrationFields.Tag, Lines(fields.Tags))
        .Add(RegistrationFields.Dataset, Text(fields.Dataset))
        .Add(RegistrationFields.Parent, Text(fields.Parent) is { } parent && !parent.Contains('/', StringComparison.Ordinal) ? $"{name}/{parent}" : Text(fields.Parent))
        .Add(RegistrationFields.Run, Text(fields.Run))
        .Add(RegistrationFields.TrainedAt, Text(fields.TrainedAt))
        .Add(RegistrationFields.Notes, Text(fields.Notes))
        .Add(RegistrationFields.License, Text(fields.License))
        .Add(RegistrationFields.Metadata, Text(fields.Extra) is { } extra ? DraftDocument.OfExtra(extra) : null);

    // Elsewhere the same text may name a file; what a browser sends is never a path on this machine.
    private static string Inline(string json, string what) =>
        json.TrimStart().StartsWith('{') ? json : throw Codes.InvalidJson.Error($"{what} is not a JSON object", "write { … }, with the fields of a manifest");

    /// <summary>The manifest that the files are verified against, before there is one.</summary>
    public static Manifest Manifest(Draft draft, RegistrationRequest request) => new()
    {
        Name = request.Name,
        Version = ModelVersion.First,
        CreatedAt = draft.CreatedAt,
        Framework = request.Framework,
        Architecture = request.Architecture,
        Inputs = request.Inputs,
        Outputs = request.Outputs,
        Preprocessing = request.Preprocessing,
        Files = [.. draft.Files.OrderBy(f => f.Role == FileRoles.Weights ? 0 : 1).Select(f => new ModelFile { Path = RelativeFilePath.Parse(f.Name), Role = f.Role, Format = f.Examination?.Format, Size = f.Size, Digest = f.Digest! })],
    };

    /// <summary>A version that has the same files, metrics and notes already.</summary>
    public static IndexedVersion? Same(FamilyFacts? family, Draft draft, RegistrationRequest request) => family?.Versions.FirstOrDefault(v =>
        v.Manifest.Files.Length == draft.Files.Count
        && v.Manifest.Files.All(f => draft.Files.Exists(d => d.Name == f.Path.Value && d.Role == f.Role && d.Digest == f.Digest))
        && v.Manifest.Metrics.Count == request.Metrics.Count && v.Manifest.Metrics.All(m => request.Metrics.TryGetValue(m.Key, out var value) && value.Equals(m.Value))
        && (v.Manifest.Notes ?? "") == (request.Notes ?? "")
        && v.Manifest.Architecture == request.Architecture && v.Manifest.Framework == request.Framework && v.Manifest.License == request.License
        && v.Manifest.Tags.Count == request.Tags.Count && v.Manifest.Tags.All(t => request.Tags.TryGetValue(t.Key, out var value) && value == t.Value)
        && v.Manifest.Hyperparameters.Count == request.Hyperparameters.Count
        && v.Manifest.Hyperparameters.All(h => request.Hyperparameters.TryGetValue(h.Key, out var value) && value.GetRawText() == h.Value.GetRawText()));

    private static bool Differs(ImmutableArray<TensorSpec> before, ImmutableArray<TensorSpec> after) =>
        before.Length > 0 && after.Length > 0 && (before.Length != after.Length || before.Zip(after).Any(pair => !pair.First.SignatureEquals(pair.Second)));

    private static ImmutableArray<TensorSpec> Shapes(string text, string name) =>
        [.. Lines(text.Replace(';', '\n')).Select((line, i) => TensorSpec.Parse(line, i == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{i + 1}")))];

    private static string[] Lines(string text) => text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Text(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
