using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;

namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>
/// The right matrix of a convolution seen as a product, [depth, output pixels], that is never written out: column panels are
/// gathered from the laid-out input when their turn comes.
/// </summary>
internal readonly unsafe struct ColumnSource
{
    private readonly PaddedLayout layout;
    private readonly int width;
    private readonly bool isPlane;

    /// <param name="source">The laid-out channels of one image, or the image itself when the window is a single pixel.</param>
    /// <param name="offsets">One per step of the depth, from a pixel's first input.</param>
    public ColumnSource(Conv2dShape shape, PaddedLayout layout, float* source, int* offsets)
    {
        this.layout = layout;
        Source = source;
        Offsets = offsets;
        isPlane = IsPlane(shape.Geometry);
        Columns = shape.OutHeight * shape.OutWidth;
        width = isPlane ? Columns : shape.OutWidth;
    }

    public float* Source { get; }

    public int* Offsets { get; }

    public int Columns { get; }

    /// <summary>A window of one pixel, stride 1, without padding: the image is the matrix.</summary>
    public static bool IsPlane(Conv2dGeometry g) =>
        g is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, PaddingHeight: 0, PaddingWidth: 0 };

    public static void FillOffsets(Conv2dShape shape, PaddedLayout layout, int* offsets)
    {
        Conv2dGeometry g = shape.Geometry;
        bool plane = IsPlane(g);
        for (int c = 0; c < g.InChannelsPerGroup; c++)
            for (int ky = 0; ky < g.KernelHeight; ky++)
                for (int kx = 0; kx < g.KernelWidth; kx++)
                    *offsets++ = plane ? c * shape.InHeight * shape.InWidth : (c * layout.PlaneLength) + layout.Offset(ky, kx);
    }

    /// <summary>Gathers columns firstColumn .. of a block of the depth; returns how many exist.</summary>
    /// <param name="groupStart">Where the channels of the group start in the source.</param>
    /// <param name="panel">Room for the panel and one vector more.</param>
    public int Pack(VectorKernels kernels, int firstColumn, int groupStart, int depthStart, int depth, float* panel)
    {
        int valid = Math.Min(kernels.PanelColumns, Columns - firstColumn);
        int* offsets = Offsets + depthStart;
        float* source = Source + groupStart;
        if (isPlane && valid < kernels.PanelColumns)
        {
            // The image is the caller's memory: nothing beyond its last pixel may be read.
            for (int k = 0; k < depth; k++)
                new ReadOnlySpan<float>(source + offsets[k] + firstColumn, valid).CopyTo(new Span<float>(panel + ((nint)k * kernels.PanelColumns), valid));
            return valid;
        }

        Span<ColumnSegment> segments = stackalloc ColumnSegment[valid];
        int count = 0;
        for (int column = 0; column < valid;)
        {
            (int y, int x) = Math.DivRem(firstColumn + column, width);
            int length = Math.Min(width - x, valid - column);
            segments[count++] = new ColumnSegment(column, (isPlane ? 0 : layout.RowStart(y)) + x, length);
            column += length;
        }

        kernels.PackSegments(source, offsets, depth, segments[..count], panel);
        return valid;
    }
}

/// <summary>Neighbouring output columns whose inputs are neighbours too: a stretch of one output row.</summary>
/// <param name="Column">First column within the panel.</param>
/// <param name="Source">Where its input starts, before a weight's offset is added.</param>
/// <param name="Length">Columns.</param>
internal readonly record struct ColumnSegment(int Column, int Source, int Length);
