using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Files;

/// <summary>Says whether the bytes of files are in a folder of this machine: by name and length; digests are checked when the bytes are used.</summary>
public sealed class StoredFiles(Registry registry)
{
    public bool Has(ModelFile file)
    {
        var path = Path.Combine(registry.StoreDirectory, "blobs", "sha256", file.Digest.Hex);
        if (new FileInfo(path) is { Exists: true } blob && blob.Length == file.Size) return true;
        try
        {
            registry.Locate(file, new ModelId(ModelName.Parse("any"), ModelVersion.Parse("1.0.0")));
            return true;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind is ErrorKind.NotFound or ErrorKind.Store or ErrorKind.Integrity)
        {
            return false;
        }
    }

    /// <summary>The paths of a version's files that are not here.</summary>
    public IReadOnlySet<string> Missing(Manifest manifest) => manifest.Files.Where(f => !Has(f)).Select(f => f.Path.Value).ToHashSet(StringComparer.Ordinal);
}
