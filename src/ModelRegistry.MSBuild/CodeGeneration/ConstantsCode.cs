using System.Collections.Immutable;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Writes the facts of a model as constants: one class a model, in it one class a tensor with its shape.</summary>
internal static class ConstantsCode
{
    public static void Write(CodeWriter code, GeneratedModel model, string summary)
    {
        var (id, locked) = (model.Reference.Id, model.Reference.Locked);
        code.Summary(summary);
        code.Open($"public static class {model.Identifier}");
        Constant(code, "The family.", "string", "Name", CodeWriter.Literal(id.Name.Value));
        Constant(code, "The version.", "string", "Version", CodeWriter.Literal(id.Version.Value));
        Constant(code, "Name and version.", "string", "Id", CodeWriter.Literal(id.ToString()));
        Constant(code, "SHA-256 of the weights; of the manifest where they are several files.", "string", "Digest", CodeWriter.Literal(model.WeightsDigest.Value));
        Constant(code, "SHA-256 of the manifest.", "string", "ManifestDigest", CodeWriter.Literal(locked.ManifestDigest.Value));
        if (locked.Framework is { } framework) Constant(code, "What trained it.", "string", "Framework", CodeWriter.Literal(framework));
        if (locked.Architecture is { } architecture) Constant(code, "The network.", "string", "Architecture", CodeWriter.Literal(architecture));
        Constant(code, "The weights, relative to the app's folder; the folder of the model where they are several files.", "string", "WeightsRelativePath", CodeWriter.Literal(model.WeightsRelativePath));
        Constant(code, "The folder of the model's files, relative to the app's.", "string", "FolderRelativePath", CodeWriter.Literal(model.LinkBase));
        Tensors(code, "Inputs", "What the model takes.", locked.Inputs);
        Tensors(code, "Outputs", "What the model gives.", locked.Outputs);
        code.Close();
        code.Line();
    }

    private static void Tensors(CodeWriter code, string className, string summary, ImmutableArray<TensorSpec> tensors)
    {
        code.Summary(summary);
        code.Open($"public static class {className}");
        Constant(code, "How many there are.", "int", "Count", CodeWriter.Number(tensors.Length));
        foreach (var (identifier, tensor) in TensorIdentifiers.Of(tensors, className))
        {
            code.Summary(tensor.ToString());
            code.Open($"public static class {identifier}");
            Constant(code, "The tensor's name in the network.", "string", "Name", CodeWriter.Literal(tensor.Name));
            Constant(code, "The element type.", "string", "Dtype", CodeWriter.Literal(tensor.Dtype));
            Constant(code, "The number of dimensions.", "int", "Rank", CodeWriter.Number(tensor.Shape.Length));
            Constant(code, "The shape; -1 stands for any length.", "string", "ShapeText", CodeWriter.Literal(string.Join('x', tensor.Shape.Select(CodeWriter.Number))));
            for (var i = 0; i < tensor.Shape.Length; i++)
                Constant(code, $"Dimension {CodeWriter.Number(i)}{(tensor.Shape[i] < 0 ? "; -1 stands for any length" : "")}.", "long", "Dim" + CodeWriter.Number(i), CodeWriter.Number(tensor.Shape[i]));
            code.Close();
            code.Line();
        }

        code.Close();
        code.Line();
    }

    private static void Constant(CodeWriter code, string summary, string type, string name, string value)
    {
        code.Summary(summary);
        code.Line($"public const {type} {name} = {value};");
        code.Line();
    }
}
