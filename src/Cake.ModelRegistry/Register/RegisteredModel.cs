using Cake.Core.IO;

namespace Cake.ModelRegistry;

/// <summary>What a registration did.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version, without a leading <c>v</c>.</param>
/// <param name="Created">False where the same content was registered before; nothing was written then.</param>
/// <param name="ManifestPath">The manifest's file.</param>
/// <param name="Commit">The commit that registered it; null without one.</param>
/// <param name="Digest">SHA-256 of the weights: <c>sha256:…</c>.</param>
public sealed record RegisteredModel(string Name, string Version, bool Created, FilePath ManifestPath, string? Commit, string Digest)
{
    /// <summary>Name and version: <c>resnet18/1.1.0</c>.</summary>
    public string Id => $"{Name}/{Version}";
}
