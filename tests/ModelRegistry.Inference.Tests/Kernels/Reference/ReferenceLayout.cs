using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>Moves without arithmetic. Flatten and reshape need no kernel: a row-major tensor keeps its bytes.</summary>
internal static class ReferenceLayout
{
    /// <summary>Copies one operand of a concatenation into its place.</summary>
    /// <param name="shape">The output around the axis.</param>
    /// <param name="offset">Where this operand starts along the axis.</param>
    /// <param name="length">How long this operand is along the axis.</param>
    public static void ConcatPart(AxisShape shape, int offset, int length, ReadOnlySpan<float> part, Span<float> output)
    {
        ShapeArithmetic.Expect(part.Length, ShapeArithmetic.Product(shape.Outer, length, shape.Inner), "part");
        ShapeArithmetic.Expect(output.Length, shape.Elements, "output");
        if (offset < 0 || length > shape.Length - offset)
            throw new ArgumentException($"{length} from {offset} on do not fit an axis of {shape.Length}");
        for (int i = 0; i < part.Length; i++)
        {
            int outer = i / (length * shape.Inner), rest = i % (length * shape.Inner);
            output[(((outer * shape.Length) + offset) * shape.Inner) + rest] = part[i];
        }
    }

    /// <summary>Output axis i is input axis order[i].</summary>
    public static void Permute(PermuteShape shape, ReadOnlySpan<float> input, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, shape.Length, "input");
        ShapeArithmetic.Expect(output.Length, shape.Length, "output");
        for (int i = 0; i < output.Length; i++)
        {
            int source = 0, rest = i;
            for (int axis = shape.Dimensions.Length - 1; axis >= 0; axis--)
            {
                source += rest % shape.Dimensions[axis] * shape.SourceStrides[axis];
                rest /= shape.Dimensions[axis];
            }

            output[i] = input[source];
        }
    }
}
