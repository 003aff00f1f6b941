using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary><c>registry.json</c>: what makes a directory a registry.</summary>
public sealed record RegistrySettings : Extensible
{
    /// <summary>The version of the format: 1.</summary>
    public int SchemaVersion { get => field == 0 ? 1 : field; init; }

    /// <summary>Stores in the order in which artifacts are looked for; the first folder is the one that is written.</summary>
    public ImmutableArray<StoreSettings> Stores { get => field.IsDefault ? [] : field; init; }

    /// <summary>What a registration must have.</summary>
    public RegistryPolicies? Policies { get; init; }

    /// <summary>Addresses by name, for push and sync.</summary>
    public ImmutableSortedDictionary<string, string> Remotes { get => field ?? Manifest.NoTags; init; }
}

/// <summary>One place that holds artifacts.</summary>
public sealed record StoreSettings : Extensible
{
    /// <summary>What messages call it.</summary>
    public required string Name { get; init; }

    /// <summary>The folder of an OCI image layout; relative to the registry directory.</summary>
    public string? Path { get; init; }

    /// <summary>Whether its blobs are committed along with the manifests.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tracked { get; init; }
}

/// <summary>What a registration or a selection must satisfy.</summary>
public sealed record RegistryPolicies : Extensible
{
    /// <summary>Manifest fields without which a registration is refused: <c>framework</c>, <c>architecture</c>, <c>inputs</c>,
    /// <c>outputs</c>, <c>metrics</c>, <c>metrics.NAME</c>, <c>dataset</c>, <c>license</c>, <c>notes</c>, <c>commit</c>, <c>tags.NAME</c>, <c>labels</c>.</summary>
    public ImmutableArray<string> RequiredMetadata { get => field.IsDefault ? [] : field; init; }

    /// <summary>Refuse a registration from a source tree with uncommitted changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireCleanSource { get; init; }

    /// <summary><c>latest</c> and <c>best</c> choose only versions whose last verification passed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireVerified { get; init; }

    /// <summary>Aliases are moved only to versions whose last verification passed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireVerifiedForPromotion { get; init; }

    /// <summary>Aliases are moved only to versions that somebody has signed, and nothing else is published.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireSignature { get; init; }
}
