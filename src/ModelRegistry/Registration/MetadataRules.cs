using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Registration;

/// <summary>What the metadata of a registration must satisfy.</summary>
internal static class MetadataRules
{
    private const int MaxText = 200;
    private const int MaxNotes = 64 * 1024;

    /// <exception cref="ModelRegistryException">MR0111.</exception>
    public static void Check(RegistrationRequest request)
    {
        Short("framework", request.Framework);
        Short("architecture", request.Architecture);
        Short("license", request.License);
        Short("dataset", request.Dataset?.ToString());
        if (request.Notes?.Length > MaxNotes) throw Codes.InvalidMetadata.Error($"the notes are longer than {MaxNotes} characters", "put long text into a file of the model");
        foreach (var (key, value) in request.Tags) Short($"tag {Key("tag", key)}", value);
        foreach (var (key, value) in request.Hyperparameters)
        {
            Key("hyperparameter", key);
            if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False))
                throw Codes.InvalidMetadata.Error($"hyperparameter '{key}' is neither a number nor a string nor a boolean", "flatten it, or write it as text");
        }

        foreach (var spec in request.Inputs.Concat(request.Outputs))
        {
            TensorSpec.CheckType(spec.Dtype);
            if (spec.Shape.Any(d => d is < -1 or 0)) throw Codes.InvalidMetadata.Error($"shape of '{Printable.Quote(spec.Name)}' has a dimension that is neither positive nor -1", "write a shape such as 1x3x224x224, with -1 for any length");
        }
    }

    /// <exception cref="ModelRegistryException">MR0113: metadata that <c>policies.requiredMetadata</c> names is missing.</exception>
    public static void CheckPolicies(RegistryPolicies? policies, Manifest manifest)
    {
        var missing = policies?.RequiredMetadata.Where(field => !Has(manifest, field)).ToList();
        if (missing is { Count: > 0 })
            throw Codes.MetadataRequired.Error($"the registry asks for {string.Join(", ", missing)}", "give it; policies.requiredMetadata of registry.json lists what is needed");
    }

    private static bool Has(Manifest manifest, string field) => field switch
    {
        "framework" => manifest.Framework is not null,
        "architecture" => manifest.Architecture is not null,
        "inputs" => manifest.Inputs.Length > 0,
        "outputs" => manifest.Outputs.Length > 0,
        "preprocessing" => manifest.Preprocessing is not null,
        "metrics" => manifest.Metrics.Count > 0,
        "hyperparameters" => manifest.Hyperparameters.Count > 0,
        "dataset" => manifest.Lineage?.Dataset is not null,
        "parent" => manifest.Lineage?.Parent is not null,
        "commit" => manifest.Lineage?.Commit is not null,
        "run" => manifest.Lineage?.Run is not null,
        "notes" => !string.IsNullOrWhiteSpace(manifest.Notes),
        "license" => manifest.License is not null,
        "labels" => manifest.Files.Any(f => f.Role == FileRoles.Labels),
        _ when field.StartsWith("metrics.", StringComparison.Ordinal) => manifest.Metrics.ContainsKey(field["metrics.".Length..]),
        _ when field.StartsWith("tags.", StringComparison.Ordinal) => manifest.Tags.ContainsKey(field["tags.".Length..]),
        _ => throw Codes.RegistryUnreadable.Error($"policies.requiredMetadata of registry.json names '{Printable.Quote(field)}', which is no field of a manifest", "see docs/guide.md for the fields"),
    };

    private static string Key(string kind, string key) =>
        key.Length is > 0 and <= 100 && !key.Any(char.IsControl)
            ? key
            : throw Codes.InvalidMetadata.Error($"'{Printable.Quote(key)}' is not the name of a {kind}", "use 1-100 printable characters");

    private static void Short(string field, string? value)
    {
        if (value is null) return;
        if (value.Length is 0 or > MaxText || value.Any(char.IsControl))
            throw Codes.InvalidMetadata.Error($"{field} '{Printable.Quote(value)}' is not valid", $"use 1-{MaxText} printable characters");
    }
}
