using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>
/// An input channel with its zero padding written out and its columns sorted by their remainder modulo the stride.
/// Every weight then sees each output row as a stretch of neighbouring floats: no bounds checks, no strided loads.
/// </summary>
internal readonly unsafe struct PaddedLayout
{
    private readonly Conv2dShape shape;
    private readonly int phaseWidth;
    private readonly int rowLength;
    private readonly int rows;

    public PaddedLayout(Conv2dShape shape)
    {
        this.shape = shape;
        Conv2dGeometry g = shape.Geometry;
        long lastColumn = ((shape.OutWidth - 1L) * g.StrideWidth) + ((g.KernelWidth - 1L) * g.DilationWidth);
        long lastRow = ((shape.OutHeight - 1L) * g.StrideHeight) + ((g.KernelHeight - 1L) * g.DilationHeight);
        phaseWidth = (int)((lastColumn / g.StrideWidth) + 1);
        rowLength = ShapeArithmetic.Product(phaseWidth, g.StrideWidth);
        rows = (int)(lastRow + 1);
        ChannelLength = ShapeArithmetic.Product(rows, rowLength);
    }

    public int ChannelLength { get; }

    /// <summary>Where output row y starts, for the weight at (0, 0).</summary>
    public int RowStart(int y) => y * shape.Geometry.StrideHeight * rowLength;

    /// <summary>How much further the weight at (ky, kx) looks.</summary>
    public int Offset(int ky, int kx)
    {
        Conv2dGeometry g = shape.Geometry;
        int column = kx * g.DilationWidth;
        return (ky * g.DilationHeight * rowLength) + (column % g.StrideWidth * phaseWidth) + (column / g.StrideWidth);
    }

    /// <summary>Lays out one channel. Rows and phases that no weight looks at are left as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* channel, float* padded)
    {
        Conv2dGeometry g = shape.Geometry;
        for (int row = 0; row < rows; row++)
        {
            if (!IsUsed(row, g.StrideHeight, g.KernelHeight, g.DilationHeight))
                continue;
            int y = row - g.PaddingHeight;
            for (int phase = 0; phase < g.StrideWidth; phase++)
            {
                if (!IsUsed(phase, g.StrideWidth, g.KernelWidth, g.DilationWidth))
                    continue;
                float* to = padded + ((nint)row * rowLength) + ((nint)phase * phaseWidth);
                if ((uint)y >= (uint)shape.InHeight)
                    new Span<float>(to, phaseWidth).Clear();
                else
                    FillRow(channel + ((nint)y * shape.InWidth), to, phase - g.PaddingWidth, g.StrideWidth);
            }
        }
    }

    private static bool IsUsed(int position, int stride, int kernel, int dilation)
    {
        for (int k = 0; k < kernel; k++)
            if ((k * dilation) % stride == position % stride)
                return true;
        return false;
    }

    // Column i of the phase is input column i · stride + shift.
    private void FillRow(float* from, float* to, int shift, int stride)
    {
        int first = Math.Min(shift >= 0 ? 0 : (-shift + stride - 1) / stride, phaseWidth);
        int end = Math.Clamp((shape.InWidth - shift + stride - 1) / stride, first, phaseWidth);
        new Span<float>(to, first).Clear();
        if (stride == 1)
            new ReadOnlySpan<float>(from + first + shift, end - first).CopyTo(new Span<float>(to + first, end - first));
        else
            for (int i = first; i < end; i++)
                to[i] = from[(i * stride) + shift];
        new Span<float>(to + end, phaseWidth - end).Clear();
    }
}
