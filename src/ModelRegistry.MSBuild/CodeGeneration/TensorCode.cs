using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Writes the inputs or outputs of a model: one class a tensor, with its shape as constants that an app can check when it is compiled.</summary>
internal static class TensorCode
{
    public static void Write(CodeWriter code, string className, string summary, ImmutableArray<TensorSpec> tensors)
    {
        code.Summary(summary);
        code.Open($"public static class {className}");
        ModelsCode.Constant(code, "How many there are.", "int", "Count", Text(tensors.Length));
        var taken = new HashSet<string>(StringComparer.Ordinal) { className, "Count", "Name", "Dtype", "Rank", "ShapeText", "Shape", "Equals", "ToString", "GetType", "GetHashCode", "ReferenceEquals", "MemberwiseClone", "Finalize" };
        foreach (var tensor in tensors)
        {
            code.Summary(tensor.ToString());
            code.Open($"public static class {Identifiers.Unique(Class(tensor), taken)}");
            ModelsCode.Constant(code, "The tensor's name in the network.", "string", "Name", CodeWriter.Literal(tensor.Name));
            ModelsCode.Constant(code, "The element type.", "string", "Dtype", CodeWriter.Literal(tensor.Dtype));
            ModelsCode.Constant(code, "The number of dimensions.", "int", "Rank", Text(tensor.Shape.Length));
            ModelsCode.Constant(code, "The shape; -1 stands for any length.", "string", "ShapeText", CodeWriter.Literal(string.Join('x', tensor.Shape.Select(Text))));
            for (var i = 0; i < tensor.Shape.Length; i++)
                ModelsCode.Constant(code, $"Dimension {Text(i)}{(tensor.Shape[i] < 0 ? "; -1 stands for any length" : "")}.", "long", "Dim" + Text(i), Text(tensor.Shape[i]));
            code.Summary("The shape; -1 stands for any length.");
            code.Line($"public static global::System.Collections.Generic.IReadOnlyList<long> Shape {{ get; }} = new long[] {{ {string.Join(", ", tensor.Shape.Select(Text))} }};");
            code.Close();
            code.Line();
        }

        code.Close();
        code.Line();
    }

    // A class cannot have a member of its own name: Dim0 is one where there is a dimension.
    private static string Class(TensorSpec tensor)
    {
        var name = Identifiers.Pascal(tensor.Name);
        return name.StartsWith("Dim", StringComparison.Ordinal) && name.Skip(3).All(char.IsAsciiDigit) ? name + "Tensor" : name;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
