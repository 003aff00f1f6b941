namespace ModelRegistry.Inference.Graphs;

/// <summary>A declared input: -1 in <paramref name="Shape"/> accepts any size.</summary>
/// <param name="Name">Its name in the architecture.</param>
/// <param name="Shape">Declared sizes.</param>
/// <param name="Example">A shape that works, for trying the network without an image; null when none is declared.</param>
/// <param name="IsInteger">Whether it holds whole numbers.</param>
internal sealed record GraphInput(string Name, long[] Shape, long[]? Example, bool IsInteger)
{
    internal string DType => IsInteger ? "int64" : "float32";
}
