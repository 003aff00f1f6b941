namespace ModelRegistry.Dashboard.Files;

/// <summary>Says whether the bytes of files are in a folder of this machine: by name and length; digests are checked when the bytes are used.</summary>
public sealed class StoredFiles(Registry registry)
{
    public bool Has(ModelFile file) => registry.IsAtHand(file);

    /// <summary>The paths of a version's files that are not here.</summary>
    public IReadOnlySet<string> Missing(Manifest manifest) => manifest.Files.Where(f => !Has(f)).Select(f => f.Path.Value).ToHashSet(StringComparer.Ordinal);
}
