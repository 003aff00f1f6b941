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

    /// <summary>The address of a web server: <c>GET</c>, <c>HEAD</c> and <c>PUT</c> of <c>URL/blobs/sha256/HEX</c>.</summary>
    public string? Url { get; init; }

    /// <summary>An OCI registry and the start of its repositories' names, <c>oci.example.org/vision</c>: family <c>f</c> is repository <c>vision/f</c>.</summary>
    public string? Oci { get; init; }

    /// <summary>A bucket and the start of its keys, <c>s3://company-models/registry</c>.</summary>
    public string? S3 { get; init; }

    /// <summary>The region of the bucket. Default: <c>AWS_REGION</c>, else <c>us-east-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>The address of an S3-compatible service; absent for Amazon's.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What is appended to each address after <c>?</c>: a text, or <c>$NAME</c> of an environment variable whose name starts with <c>MODELS_</c>.</summary>
    public string? Query { get; init; }

    /// <summary>Headers of each request to a web server.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get => field ?? Manifest.NoTags; init; }

    /// <summary>A program that is asked for credentials, by the protocol that Bazel and uv speak. Run only where the user's environment allows it by name.</summary>
    public string? CredentialHelper { get; init; }

    /// <summary>Repository names in an OCI registry for families whose own name it would refuse.</summary>
    public ImmutableSortedDictionary<string, string> Repositories { get => field ?? Manifest.NoTags; init; }

    /// <summary>Hosts, other than the OCI registry's own, that may be asked for its tokens.</summary>
    public ImmutableArray<string> TrustedRealms { get => field.IsDefault ? [] : field; init; }

    /// <summary>Leave out of images what old OCI registries refuse.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Compatible { get; init; }

    /// <summary>Allow plain <c>http</c> to a host other than this machine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Insecure { get; init; }

    /// <summary>Never written by this registry.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReadOnly { get; init; }

    /// <summary>Whether a sync puts artifacts there before it publishes the manifests that name them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Share { get; init; }

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

    /// <summary>Aliases that are removed, and whose version is yanked, only with force: <c>production</c>.</summary>
    public ImmutableArray<string> ProtectedAliases { get => field.IsDefault ? [] : field; init; }

    /// <summary>Aliases are moved only to versions whose last verification passed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireVerifiedForPromotion { get; init; }

    /// <summary>Aliases are moved only to versions that somebody has signed, and nothing else is published.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequireSignature { get; init; }
}
