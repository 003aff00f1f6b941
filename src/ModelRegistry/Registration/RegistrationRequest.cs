using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Signing;

namespace ModelRegistry;

/// <summary>What to register.</summary>
public sealed record RegistrationRequest
{
    /// <summary>The family; made by its first registration.</summary>
    public required ModelName Name { get; init; }

    /// <summary>The files and folders; at least one file has the role <c>weights</c>. Parts that weights name beside them come along.</summary>
    public required ImmutableArray<FileToRegister> Files { get; init; }

    /// <summary>Patterns of files and folders that are left out of folders, such as <c>*.bin</c> or <c>onnx</c>.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>The version; null to raise the highest one by <see cref="Step"/>.</summary>
    public ModelVersion? Version { get; init; }

    /// <summary>Which number to raise where no version is given. Default: <see cref="VersionStep.Auto"/>.</summary>
    public VersionStep Step { get; init; }

    /// <summary>What trained it.</summary>
    public string? Framework { get; init; }

    /// <summary>The network.</summary>
    public string? Architecture { get; init; }

    /// <summary>What it takes; empty to use what the weights file declares.</summary>
    public ImmutableArray<TensorSpec> Inputs { get; init; } = [];

    /// <summary>What it gives; empty to use what the weights file declares.</summary>
    public ImmutableArray<TensorSpec> Outputs { get; init; } = [];

    /// <summary>How an image becomes an input.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Finite figures by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = Manifest.NoMetrics;

    /// <summary>Settings of the training: numbers, strings or booleans.</summary>
    public IReadOnlyDictionary<string, JsonElement> Hyperparameters { get; init; } = Manifest.NoHyperparameters;

    /// <summary>What it was trained on.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The version it was trained from.</summary>
    public ModelId? Parent { get; init; }

    /// <summary>When it was trained.</summary>
    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The page of the run that trained it.</summary>
    public string? Run { get; init; }

    /// <summary>Where it was imported from; null for what was made here.</summary>
    public Origin? Origin { get; init; }

    /// <summary>Free text.</summary>
    public string? Notes { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = Manifest.NoTags;

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; init; }

    /// <summary>What <c>family.json</c> should say; fields that are null stay as they are.</summary>
    public FamilySettings Family { get; init; } = new();

    /// <summary>Conditions on the metrics; a registration that does not meet one is refused.</summary>
    public ImmutableArray<Gate> Gates { get; init; } = [];

    /// <summary>Where the training source stands. Default: <see cref="RegistrationSource.RegistryRepository"/>.</summary>
    public RegistrationSource Source { get; init; } = RegistrationSource.RegistryRepository;

    /// <summary>What other tools wrote beside the metadata; kept in the manifest as it is.</summary>
    public JsonElement? Extra { get; init; }

    /// <summary>Who vouches for the version in its own commit; null for nobody. Not disposed here.</summary>
    public ModelSigner? Signer { get; init; }

    /// <summary>Let <see cref="Signer"/> also state how the version was made, in a commit that follows.</summary>
    public bool Provenance { get; init; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool Commit { get; init; } = true;

    /// <summary>Give the files a second name in the store in place of a copy, where the disk is the same. They become read-only.</summary>
    public bool Link { get; init; }

    /// <summary>What is read, judged and described, and whose bytes stay where they are: the origin keeps them.</summary>
    internal IReadOnlySet<Digest> Elsewhere { get; init; } = FrozenSet<Digest>.Empty;

    /// <summary>Register weights although their pickle asks for code; recorded in the manifest.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>
    /// Judges the files after they are staged and before the registry is locked: a manifest that has neither its version nor its time yet, and where
    /// its files stand. What it throws refuses the registration. Not called for what is registered already.
    /// </summary>
    public Action<Manifest, IReadOnlyList<StagedFile>>? Judge { get; init; }
}

/// <summary>What a registration did.</summary>
/// <param name="Manifest">The version.</param>
/// <param name="Created">False where the same content was registered before.</param>
/// <param name="ManifestPath">The manifest's file.</param>
/// <param name="Commit">The commit that registered it; null without one.</param>
public sealed record RegistrationResult(Manifest Manifest, bool Created, string ManifestPath, string? Commit)
{
    /// <summary>Name and version.</summary>
    public ModelId Id => Manifest.Id;
}
