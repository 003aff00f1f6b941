using System.Runtime.CompilerServices;
using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>
/// An input plane with its padding written out and its columns sorted by their remainder modulo the stride.
/// Every tap of the window then sees each output row as a stretch of neighbouring floats: no bounds checks, no strided loads.
/// </summary>
internal readonly unsafe struct PaddedLayout
{
    private readonly Window2d window;
    private readonly float padding;
    private readonly int phaseWidth;
    private readonly int rowLength;
    private readonly int rows;

    /// <param name="padding">What the padding holds: 0 for sums, −∞ for maxima.</param>
    public PaddedLayout(Window2d window, float padding)
    {
        this.window = window;
        this.padding = padding;
        (int strideHeight, int strideWidth) = window.Stride;
        long lastColumn = ((window.Output.Width - 1L) * strideWidth) + ((window.Kernel.Width - 1L) * window.Dilation.Width);
        long lastRow = ((window.Output.Height - 1L) * strideHeight) + ((window.Kernel.Height - 1L) * window.Dilation.Height);
        phaseWidth = (int)((lastColumn / strideWidth) + 1);
        rowLength = ShapeArithmetic.Product(phaseWidth, strideWidth);
        rows = (int)(lastRow + 1);
        PlaneLength = ShapeArithmetic.Product(rows, rowLength);
    }

    public int PlaneLength { get; }

    /// <summary>Where output row y starts, for the tap at (0, 0).</summary>
    public int RowStart(int y) => y * window.Stride.Height * rowLength;

    /// <summary>How much further the tap at (ky, kx) looks.</summary>
    public int Offset(int ky, int kx)
    {
        int column = kx * window.Dilation.Width;
        return (ky * window.Dilation.Height * rowLength) + (column % window.Stride.Width * phaseWidth) + (column / window.Stride.Width);
    }

    /// <summary>The offsets of all taps, row by row.</summary>
    public void FillOffsets(int* offsets)
    {
        for (int ky = 0; ky < window.Kernel.Height; ky++)
            for (int kx = 0; kx < window.Kernel.Width; kx++)
                *offsets++ = Offset(ky, kx);
    }

    /// <summary>Lays out one plane. Rows and phases that no tap looks at are left as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* plane, float* padded)
    {
        for (int row = 0; row < rows; row++)
        {
            if (!IsUsed(row, window.Stride.Height, window.Kernel.Height, window.Dilation.Height))
                continue;
            int y = row - window.Padding.Height;
            for (int phase = 0; phase < window.Stride.Width; phase++)
            {
                if (!IsUsed(phase, window.Stride.Width, window.Kernel.Width, window.Dilation.Width))
                    continue;
                float* to = padded + ((nint)row * rowLength) + ((nint)phase * phaseWidth);
                if ((uint)y >= (uint)window.Input.Height)
                    new Span<float>(to, phaseWidth).Fill(padding);
                else
                    FillRow(plane + ((nint)y * window.Input.Width), to, phase - window.Padding.Width);
            }
        }
    }

    private static bool IsUsed(int position, int stride, int kernel, int dilation)
    {
        if (stride == 1)
            return true;
        for (int k = 0; k < kernel; k++)
            if ((k * dilation) % stride == position % stride)
                return true;
        return false;
    }

    // Column i of the phase is input column i · stride + shift.
    private void FillRow(float* from, float* to, int shift)
    {
        int stride = window.Stride.Width;
        int first = Math.Min(shift >= 0 ? 0 : (-shift + stride - 1) / stride, phaseWidth);
        int end = Math.Clamp((window.Input.Width - shift + stride - 1) / stride, first, phaseWidth);
        for (int i = 0; i < first; i++)
            to[i] = padding;
        if (stride == 1)
            new ReadOnlySpan<float>(from + first + shift, end - first).CopyTo(new Span<float>(to + first, end - first));
        else
            for (int i = first; i < end; i++)
                to[i] = from[((nint)i * stride) + shift];
        for (int i = end; i < phaseWidth; i++)
            to[i] = padding;
    }
}
