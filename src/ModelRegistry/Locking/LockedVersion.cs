using System.Collections.Immutable;
using ModelRegistry.Json;
using ModelRegistry.Trust;

namespace ModelRegistry.Locking;

/// <summary>One answer of a lock file: all that a build needs to know without the registry.</summary>
public sealed record LockedVersion : Extensible
{
    /// <summary>The version.</summary>
    public required ModelVersion Version { get; init; }

    /// <summary>SHA-256 of its manifest.</summary>
    public required Digest ManifestDigest { get; init; }

    /// <summary>The address of the registry's repository; absent for a registry in a directory.</summary>
    public string? Registry { get; init; }

    /// <summary>A commit of the registry's repository that has the manifest; absent where git does not know it.</summary>
    public string? Commit { get; init; }

    /// <summary>What trained it; absent where nobody said.</summary>
    public string? Framework { get; init; }

    /// <summary>The network; absent where nobody said.</summary>
    public string? Architecture { get; init; }

    /// <summary>What the model takes.</summary>
    public ImmutableArray<TensorSpec> Inputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it gives.</summary>
    public ImmutableArray<TensorSpec> Outputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>How an image becomes an input.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>The files, weights first.</summary>
    public required ImmutableArray<ModelFile> Files { get; init; }

    /// <summary>Who vouched for it when it was locked, under the build's trust policy; absent without one.</summary>
    public ImmutableArray<VersionSigner> SignedBy { get => field.IsDefault ? [] : field; init; }

    /// <summary>The place that keeps the bytes, of a version that was imported without them.</summary>
    public Origin? Origin { get; init; }

    /// <summary>The stores that an app asks for the files at run time, without what authorises; absent where no reference is on demand.</summary>
    public ImmutableArray<StoreSettings> Stores { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether a build is the same with either: version, manifest, files, who vouches, and what generated code says of it.</summary>
    public bool IsSameAs(LockedVersion other) =>
        Version == other.Version && ManifestDigest == other.ManifestDigest && Framework == other.Framework && Architecture == other.Architecture
        && SignedBy.SequenceEqual(other.SignedBy) && HasStoresOf(other) && Files.Length == other.Files.Length
        && Files.Zip(other.Files).All(pair => pair.First.Path.Value == pair.Second.Path.Value && pair.First.Digest == pair.Second.Digest);

    /// <summary>Whether the stores are the same, as they are written down.</summary>
    internal bool HasStoresOf(LockedVersion other) => Stores.Length == other.Stores.Length && (Stores.Length == 0 || StoresText().SequenceEqual(other.StoresText()));

    private byte[] StoresText() => RegistryJson.Write(new RegistrySettings { Stores = Stores });
}
