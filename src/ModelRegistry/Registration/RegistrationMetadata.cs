using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary>
/// The metadata that a training script writes beside its weights: a JSON object with the fields of a manifest.
/// Fields that a registration does not take are ignored.
/// </summary>
public sealed record RegistrationMetadata
{
    /// <summary>What trained it.</summary>
    public string? Framework { get; init; }

    /// <summary>The network.</summary>
    public string? Architecture { get; init; }

    /// <summary>What it takes.</summary>
    public ImmutableArray<TensorSpec> Inputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it gives.</summary>
    public ImmutableArray<TensorSpec> Outputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>How an image becomes an input.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Figures by name.</summary>
    public ImmutableSortedDictionary<string, double> Metrics { get => field ?? Manifest.NoMetrics; init; }

    /// <summary>Settings of the training.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Hyperparameters { get => field ?? Manifest.NoHyperparameters; init; }

    /// <summary>What it was trained on.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The version it was trained from.</summary>
    public ModelId? Parent { get; init; }

    /// <summary>When it was trained.</summary>
    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The page of the run that trained it.</summary>
    public string? Run { get; init; }

    /// <summary>Free text.</summary>
    public string? Notes { get; init; }

    /// <summary>Free labels.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? Manifest.NoTags; init; }

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; init; }

    /// <summary>Reads the JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="origin">What messages call it: a file's name.</param>
    /// <exception cref="ModelRegistryException">MR0110: not JSON, or a field is not of its type.</exception>
    public static RegistrationMetadata Parse(ReadOnlyMemory<byte> json, string origin) => Read<RegistrationMetadata>(json, origin);

    /// <summary>Reads the JSON of a preprocessing alone.</summary>
    /// <param name="json">The text.</param>
    /// <param name="origin">What messages call it: a file's name.</param>
    /// <exception cref="ModelRegistryException">MR0110: not JSON, or a field is not of its type.</exception>
    public static Preprocessing ParsePreprocessing(ReadOnlyMemory<byte> json, string origin) => Read<Preprocessing>(json, origin);

    private static T Read<T>(ReadOnlyMemory<byte> json, string origin)
    {
        using var document = JsonText.ParseInput(json, origin);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw Codes.InvalidJson.Error($"{origin} is not a JSON object", "write an object with the fields of a manifest");
        try
        {
            return document.RootElement.Deserialize(RegistryJson.TypeInfo<T>())!;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            var at = failure is JsonException { Path.Length: > 1 } where ? $" at {where.Path}" : "";
            var why = failure.InnerException is ModelRegistryException inner ? inner.Message : "the value has another type than the field of a manifest";
            throw Codes.InvalidJson.Error($"{origin} is not valid{at}: {why}", "see docs/schemas/manifest.schema.json for the fields", failure);
        }
    }
}
