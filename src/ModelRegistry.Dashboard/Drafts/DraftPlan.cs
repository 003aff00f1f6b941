using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
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
            Inputs = Specs(m.Inputs),
            Outputs = Specs(m.Outputs),
            Dataset = m.Lineage?.Dataset is { } d ? string.Join('@', new[] { d.Name, d.Version }.Where(p => p is not null)) : "",
            Parent = m.Version.Value,
            License = m.License ?? "",
            Metrics = [.. family.Metrics.Take(6).Select(name => (name, ""))],
            Hyperparameters = string.Join('\n', m.Hyperparameters.Select(h => $"{h.Key}={VersionQuery.Text(h.Value)}")),
            Tags = string.Join('\n', m.Tags.Select(t => $"{t.Key}={t.Value}")),
            Preprocessing = m.Preprocessing is { } p ? Json(p) : "",
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
            var (inputs, outputs) = (Parse(fields.Inputs, "x"), Parse(fields.Outputs, "y"));
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
    public static RegistrationRequest Request(Draft draft, ModelVersion? version)
    {
        var fields = draft.Fields;
        var name = ModelName.Parse(draft.Name ?? "");
        return new RegistrationRequest
        {
            Name = name,
            Version = version,
            Files = [.. draft.Files.Select(f => new FileToRegister(f.Location, f.Role, RelativeFilePath.Parse(f.Name)))],
            Framework = Text(fields.Framework),
            Architecture = Text(fields.Architecture),
            Inputs = Parse(fields.Inputs, "x"),
            Outputs = Parse(fields.Outputs, "y"),
            Preprocessing = Text(fields.Preprocessing) is { } json ? RegistrationMetadata.ParsePreprocessing(Encoding.UTF8.GetBytes(json), "preprocessing") : null,
            Metrics = fields.Metrics.Where(m => m.Name.Trim().Length > 0 && m.Value.Trim().Length > 0).Select(m => Metrics.ParsePair($"{m.Name.Trim()}={m.Value.Trim()}")).ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal),
            Hyperparameters = Lines(fields.Hyperparameters).Select(Hyperparameters.ParsePair).ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal),
            Tags = Lines(fields.Tags).Select(Pair).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal),
            Dataset = Text(fields.Dataset) is { } dataset ? DatasetReference.Parse(dataset) : null,
            Parent = Text(fields.Parent) is { } parent ? parent.Contains('/', StringComparison.Ordinal) ? ModelId.Parse(parent) : new ModelId(name, ModelVersion.Parse(parent)) : null,
            License = Text(fields.License),
            Notes = Text(fields.Notes),
            Family = new FamilySettings { Description = Text(fields.Description), Task = Text(fields.Task) },
            // An upload has no source of its own; the registry's commit would be a false claim.
            Source = RegistrationSource.None,
            Link = true,
        };
    }

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

    private static ImmutableArray<TensorSpec> Parse(string text, string name) => [.. Lines(text.Replace(';', '\n')).Select(line => TensorSpec.Parse(line, name))];

    private static string Specs(ImmutableArray<TensorSpec> specs) =>
        string.Join('\n', specs.Select(s => $"{s.Name}={s.Dtype}:{string.Join('x', s.Shape.Select(d => d.ToString(CultureInfo.InvariantCulture)))}"));

    private static string[] Lines(string text) => text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static KeyValuePair<string, string> Pair(string line)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? KeyValuePair.Create(line[..equals].Trim(), line[(equals + 1)..].Trim()) : throw Codes.InvalidMetadata.Error($"'{Shown.OneLine(line)}' is not a tag", "write NAME=VALUE, one a line");
    }

    private static string? Text(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    private static string Json(Preprocessing p)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (p.Resize is { } resize) json.WriteNumber("resize", resize);
            if (p.Crop is { } crop) json.WriteNumber("crop", crop);
            foreach (var (key, values) in new[] { ("mean", p.Mean), ("std", p.Std) })
            {
                if (values.Length == 0) continue;
                json.WriteStartArray(key);
                foreach (var value in values) json.WriteNumberValue(value);
                json.WriteEndArray();
            }

            if (p.Layout is { } layout) json.WriteString("layout", layout);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
