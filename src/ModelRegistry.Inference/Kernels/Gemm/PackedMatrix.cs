using ModelRegistry.Inference.Kernels.Memory;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Weights as the left matrix of products, rearranged once.</summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private readonly AlignedBuffer values;
    private readonly AlignedBuffer? bias;

    /// <param name="matrix">[rows, depth]</param>
    /// <param name="rowBias">[rows], or empty.</param>
    public PackedMatrix(VectorKernels kernels, int rows, int depth, ReadOnlySpan<float> matrix, ReadOnlySpan<float> rowBias)
    {
        ShapeArithmetic.Expect(matrix.Length, ShapeArithmetic.Product(rows, depth), "matrix");
        ShapeArithmetic.ExpectOptional(rowBias.Length, rows, "bias");
        var cuts = new RowCuts(kernels.Blocking, rows);
        values = new AlignedBuffer(ShapeArithmetic.Product(cuts.PaddedRows, depth));
        if (!rowBias.IsEmpty)
        {
            bias = new AlignedBuffer(cuts.PaddedRows, clear: true);
            rowBias.CopyTo(bias.Span);
        }

        Panels = new RowPanels(cuts, depth, values.Pointer, bias is null ? null : bias.Pointer);
        fixed (float* source = matrix)
            Panels.Pack(source, depth);
    }

    /// <summary>Valid until disposed.</summary>
    public RowPanels Panels { get; }

    public long Bytes => (long)values.Length * sizeof(float);

    public void Dispose()
    {
        values.Dispose();
        bias?.Dispose();
    }
}
