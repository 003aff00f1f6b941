using ModelRegistry.Locking;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>A model as generated code shows it.</summary>
/// <param name="Identifier">The name of its class.</param>
/// <param name="LinkBase">The folder of its files in the output.</param>
/// <param name="Reference">What was resolved.</param>
/// <param name="Labels">The class names; null where it has none.</param>
internal sealed record GeneratedModel(string Identifier, string LinkBase, ResolvedReference Reference, IReadOnlyList<string>? Labels)
{
    /// <summary>The weights; the first file where those that were asked for have none.</summary>
    public ModelFile Weights => Reference.Files.FirstOrDefault(f => f.File.Role == FileRoles.Weights)?.File ?? Reference.Files[0].File;

    public string RelativePath(ModelFile file) => LinkFolder.Join(LinkBase, file.Path);
}
