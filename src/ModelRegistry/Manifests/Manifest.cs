using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary>
/// One version of a model, as it was registered. Written once, never changed.
/// The published form is <c>docs/schemas/manifest.schema.json</c>; the order of the properties here is the order in the file.
/// </summary>
public sealed record Manifest : Extensible
{
    /// <summary>The version of the format: 1.</summary>
    public int SchemaVersion { get => field == 0 ? 1 : field; init; }

    /// <summary>The family.</summary>
    public required ModelName Name { get; init; }

    /// <summary>The version.</summary>
    public required ModelVersion Version { get; init; }

    /// <summary>When it was registered, in UTC. Later than every earlier registration of the family.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who registered it, as git writes a person: <c>Name &lt;mail&gt;</c>.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>What trained it, such as <c>pytorch</c>.</summary>
    public string? Framework { get; init; }

    /// <summary>The network, such as <c>resnet18</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>What it takes.</summary>
    public ImmutableArray<TensorSpec> Inputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it gives.</summary>
    public ImmutableArray<TensorSpec> Outputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>How an image becomes an input.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Figures by name, such as <c>accuracy</c>.</summary>
    public ImmutableSortedDictionary<string, double> Metrics { get => field ?? NoMetrics; init; }

    /// <summary>Settings of the training: numbers, strings or booleans.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Hyperparameters { get => field ?? NoHyperparameters; init; }

    /// <summary>Where it comes from.</summary>
    public Lineage? Lineage { get; init; }

    /// <summary>The files, weights first.</summary>
    public required ImmutableArray<ModelFile> Files { get; init; }

    /// <summary>Free text.</summary>
    public string? Notes { get; init; }

    /// <summary>Free labels.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? NoTags; init; }

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; init; }

    /// <summary>An empty set of metrics, in ordinal order.</summary>
    public static ImmutableSortedDictionary<string, double> NoMetrics { get; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>An empty set of hyperparameters, in ordinal order.</summary>
    public static ImmutableSortedDictionary<string, JsonElement> NoHyperparameters { get; } = ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>An empty set of tags, in ordinal order.</summary>
    public static ImmutableSortedDictionary<string, string> NoTags { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Name and version.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ModelId Id => new(Name, Version);

    /// <summary>
    /// Whether the weights are in several files that are read together, under their own names in one folder: shards, external data, the parts of a
    /// pipeline.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool NeedsFolder => Files.Count(f => f.Role is FileRoles.Weights or FileRoles.WeightsData or FileRoles.WeightsIndex) > 1;

    /// <summary>The first file with the role <c>weights</c>, else the first file.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ModelFile Weights => Files.FirstOrDefault(f => f.Role == FileRoles.Weights) ?? Files[0];
}
