using ModelRegistry.Locking;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>A model as generated code shows it.</summary>
/// <param name="Identifier">The name of its class.</param>
/// <param name="LinkBase">The folder of its files in the output; empty for the output itself, and where they come on demand.</param>
/// <param name="Reference">What was resolved.</param>
/// <param name="Labels">The class names; null where it has none.</param>
internal sealed record GeneratedModel(string Identifier, string LinkBase, ResolvedReference Reference, IReadOnlyList<string>? Labels)
{
    /// <summary>The weights, relative to the app's folder: the file; the folder of the model where several files are its weights, since none of them alone is.</summary>
    public string WeightsRelativePath => Weights is { } weights ? RelativePath(weights) : LinkBase;

    /// <summary>SHA-256 of the weights; that of the manifest, which names them all, where they are several files.</summary>
    public Digest WeightsDigest => Weights?.Digest ?? Reference.Locked.ManifestDigest;

    // The first file where those that were asked for have no weights.
    private ModelFile? Weights => Reference.Files.Where(f => f.File.Role == FileRoles.Weights).Take(2).ToList() switch
    {
        [] => Reference.Files[0].File,
        [var only] => only.File,
        _ => null,
    };

    public string RelativePath(ModelFile file) => LinkFolder.Join(LinkBase, file.Path);
}
