using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Writes how an image becomes an input.</summary>
internal static class PreprocessingCode
{
    public static void Write(CodeWriter code, Preprocessing preprocessing)
    {
        code.Summary("How an image becomes an input, in the order of the members.");
        code.Open("public static class Preprocessing");
        if (preprocessing.Resize is { } resize) ModelsCode.Constant(code, "Length in pixels of the shorter side after resizing.", "int", "Resize", resize.ToString(CultureInfo.InvariantCulture));
        if (preprocessing.Crop is { } crop) ModelsCode.Constant(code, "Side in pixels of the centred square that is kept.", "int", "Crop", crop.ToString(CultureInfo.InvariantCulture));
        Numbers(code, "Per channel, subtracted from values scaled to 0-1.", "Mean", preprocessing.Mean);
        Numbers(code, "Per channel, what the difference is divided by.", "Std", preprocessing.Std);
        ModelsCode.Constant(code, "The order of the dimensions.", "string", "Layout", CodeWriter.Literal(preprocessing.Layout ?? "NCHW"));
        code.Close();
        code.Line();
    }

    private static void Numbers(CodeWriter code, string summary, string name, ImmutableArray<double> numbers)
    {
        if (numbers.IsDefaultOrEmpty) return;
        code.Summary(summary);
        code.Line($"public static global::System.Collections.Generic.IReadOnlyList<double> {name} {{ get; }} = new double[] {{ {string.Join(", ", numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture) + "d"))} }};");
        code.Line();
    }
}
