using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>The right matrix of a product as it lies in memory, gathered into column panels when their turn comes.</summary>
internal unsafe struct ColumnMatrix
{
    public float* Values;

    public int Columns;

    /// <summary>Elements from one stored row to the next.</summary>
    public int Stride;

    /// <summary>Stored as [Columns, depth] rather than [depth, Columns].</summary>
    public bool IsTransposed;

    public readonly int PanelCount(VectorKernels kernels) => (Columns + kernels.PanelColumns - 1) / kernels.PanelColumns;

    public readonly int ValidColumns(VectorKernels kernels, int panel) => Math.Min(kernels.PanelColumns, Columns - (panel * kernels.PanelColumns));

    public readonly void Pack(VectorKernels kernels, int panel, int depthStart, int depth, float* destination)
    {
        int width = kernels.PanelColumns, valid = ValidColumns(kernels, panel);
        nint first = (nint)panel * width;
        if (IsTransposed)
        {
            RowPanels.Pack(Values + (first * Stride) + depthStart, Stride, valid, width, depth, destination);
            return;
        }

        float* source = Values + ((nint)depthStart * Stride) + first;
        for (int k = 0; k < depth; k++)
            new ReadOnlySpan<float>(source + ((nint)k * Stride), valid).CopyTo(new Span<float>(destination + ((nint)k * width), width));
    }
}
