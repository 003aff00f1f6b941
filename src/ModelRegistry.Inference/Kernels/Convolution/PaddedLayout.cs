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

    /// <summary>Lays out one plane. Rows that no tap looks at are left as they are, and so may phases be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* plane, float* padded)
    {
        bool everyRow = window.Stride.Height <= window.Kernel.Height && window.Dilation.Height == 1;
        for (int row = 0; row < rows; row++)
        {
            if (!everyRow && !IsUsed(row, window.Stride.Height, window.Kernel.Height, window.Dilation.Height))
                continue;
            float* to = padded + ((nint)row * rowLength);
            int y = row - window.Padding.Height;
            if ((uint)y >= (uint)window.Input.Height)
                new Span<float>(to, rowLength).Fill(padding);
            else if (window.Stride.Width == 1)
                FillNeighbours(plane + ((nint)y * window.Input.Width), to);
            else if (window.Stride.Width == 2)
                FillBothPhases(plane + ((nint)y * window.Input.Width), to);
            else
                FillPhases(plane + ((nint)y * window.Input.Width), to);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FillNeighbours(float* from, float* to)
    {
        int first = Math.Min(window.Padding.Width, phaseWidth), pixels = Math.Min(window.Input.Width, phaseWidth - first);
        PixelRows.Copy(from, to + first, pixels);
        Pad(to, first, pixels);
    }

    // Pixel 0 comes after half of the padding: in the second phase when the padding is odd.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillBothPhases(float* from, float* to)
    {
        int left = window.Padding.Width, width = window.Input.Width;
        (int even, int odd) = (left & 1) == 0 ? (0, phaseWidth) : (phaseWidth, 0);
        int evenFirst = Math.Min(left / 2, phaseWidth), oddFirst = Math.Min((left + 1) / 2, phaseWidth);
        int evens = Math.Min((width + 1) / 2, phaseWidth - evenFirst), odds = Math.Min(width / 2, phaseWidth - oddFirst);
        int pairs = Math.Min(evens, odds);
        float* evenAt = to + even + evenFirst;
        float* oddAt = to + odd + oddFirst;
        PixelRows.Separate(from, evenAt, oddAt, pairs);
        for (int i = pairs; i < evens; i++)
            evenAt[i] = from[2 * i];
        for (int i = pairs; i < odds; i++)
            oddAt[i] = from[(2 * i) + 1];
        Pad(to + even, evenFirst, evens);
        Pad(to + odd, oddFirst, odds);
    }

    private void FillPhases(float* from, float* to)
    {
        for (int phase = 0; phase < window.Stride.Width; phase++, to += phaseWidth)
            if (IsUsed(phase, window.Stride.Width, window.Kernel.Width, window.Dilation.Width))
                FillPhase(from, to, phase - window.Padding.Width);
    }

    // Column i of the phase is input column i · stride + shift.
    private void FillPhase(float* from, float* to, int shift)
    {
        int stride = window.Stride.Width;
        int first = Math.Min(shift >= 0 ? 0 : (-shift + stride - 1) / stride, phaseWidth);
        int end = Math.Clamp((window.Input.Width - shift + stride - 1) / stride, first, phaseWidth);
        for (int i = first; i < end; i++)
            to[i] = from[((nint)i * stride) + shift];
        Pad(to, first, end - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pad(float* phase, int first, int pixels)
    {
        for (int i = 0; i < first; i++)
            phase[i] = padding;
        for (int i = first + pixels; i < phaseWidth; i++)
            phase[i] = padding;
    }
}
