using Cake.Core.IO;

namespace Cake.ModelRegistry;

/// <summary>The answer to a selector.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
/// <param name="Selector">The selector that was asked.</param>
/// <param name="Path">The weights.</param>
/// <param name="Files">All files that were asked for.</param>
/// <param name="Metrics">Figures by name.</param>
public sealed record ResolvedModel(
    string Name, string Version, string Selector, FilePath Path, IReadOnlyList<ResolvedModelFile> Files, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Name and version: <c>resnet18/1.1.0</c>.</summary>
    public string Id => $"{Name}/{Version}";

    /// <summary>The first file of a role; null where the version has none.</summary>
    public FilePath? File(string role) => Files.FirstOrDefault(file => file.Role == role)?.Path;
}

/// <summary>A file of a version.</summary>
/// <param name="Path">Where it is: in a store, or in the folder that was asked for.</param>
/// <param name="ModelPath">Its path inside the model.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Digest">Its SHA-256: <c>sha256:…</c>.</param>
public sealed record ResolvedModelFile(FilePath Path, string ModelPath, string Role, long Size, string Digest);
