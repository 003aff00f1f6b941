using ModelRegistry.Locking;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>A model as generated code shows it.</summary>
/// <param name="Identifier">The name of its class.</param>
/// <param name="LinkBase">The folder of its files in the output.</param>
/// <param name="Reference">What was resolved.</param>
/// <param name="Labels">The class names; null where it has none.</param>
internal sealed record GeneratedModel(string Identifier, string LinkBase, ResolvedReference Reference, IReadOnlyList<string>? Labels)
{
    public string RelativePath(ModelFile file) => LinkBase.Length == 0 ? file.Path.Value : $"{LinkBase}/{file.Path}";
}
