using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Gemm;

namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>The inner loops of all kernels at one vector width. Chosen once; called per tile or per row, so a virtual call does not show.</summary>
internal abstract unsafe class VectorKernels
{
    /// <summary>The widest the processor runs in hardware.</summary>
    public static VectorKernels Best { get; } = For(
        Vector512.IsHardwareAccelerated ? VectorWidth.Vector512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Vector256
        : VectorWidth.Vector128);

    public abstract int Lanes { get; }

    /// <summary>Columns of a column panel: two vectors.</summary>
    public int PanelColumns => 2 * Lanes;

    /// <summary>Heights of row panels that have a micro-kernel, largest first.</summary>
    public abstract RowBlocking Blocking { get; }

    /// <summary>Any width, whatever the processor has: the rest runs in software, correct and slow.</summary>
    public static VectorKernels For(VectorWidth width) => width switch
    {
        // AVX-512 and AdvSimd have 32 registers, enough for 24 accumulators; SSE and AVX have 16.
        VectorWidth.Vector512 => new VectorKernels<Lanes512, Vector512<float>, TwelveRows, EightRows, FourRows>(),
        VectorWidth.Vector256 => new VectorKernels<Lanes256, Vector256<float>, SixRows, FourRows, TwoRows>(),
        _ when AdvSimd.IsSupported => new VectorKernels<Lanes128, Vector128<float>, TwelveRows, EightRows, FourRows>(),
        _ => new VectorKernels<Lanes128, Vector128<float>, SixRows, FourRows, TwoRows>(),
    };

    /// <param name="rows">One of the heights of <see cref="Blocking"/>, or 1.</param>
    public abstract void Multiply(in MicroTile tile, int rows);

    /// <summary>Gathers a column panel: one row per offset, each row the concatenation of the segments.</summary>
    /// <remarks>Reads and writes up to a vector beyond the end of a segment; later writes repair what it spoils.</remarks>
    public abstract void PackSegments(float* source, int* offsets, int depth, ReadOnlySpan<ColumnSegment> segments, float* panel);

    /// <param name="destination">May be the source.</param>
    public abstract void Apply(Activation activation, float* source, float* destination, int count);

    /// <summary>Applies one window at every pixel of some rows.</summary>
    /// <remarks>Rows narrower than a vector read and write beyond their last column, the last row beyond the plane: up to one vector. Wider ones do not.</remarks>
    public abstract void SlideWindow(in WindowRows job);

    /// <summary>destination[x] = the largest of source[offsets[t] + x]; NaN wins.</summary>
    /// <remarks>Reads and writes whole vectors: up to one vector beyond the last column.</remarks>
    public abstract void LargestRow(float* source, int* offsets, int taps, float* destination, int columns);

    /// <param name="destination">May be an operand.</param>
    public abstract void Combine(Pairing pairing, float* left, float* right, float* destination, int count);

    /// <summary>destination = (source − center) · scale + shift</summary>
    /// <param name="destination">May be the source.</param>
    public abstract void Standardize(float* source, float center, float scale, float shift, float* destination, int count);

    /// <summary>destination = exp(source − shift); returns the sum.</summary>
    /// <param name="destination">May be the source.</param>
    public abstract float Exponentials(float* source, float shift, float* destination, int count);

    public abstract float Sum(float* source, int count);

    /// <summary>Σ (source − center)²</summary>
    public abstract float SquaredDistance(float* source, float center, int count);

    /// <summary>destination = (1 − weight) · first + weight · second</summary>
    public abstract void Blend(float* first, float* second, float weight, float* destination, int count);

    /// <summary>Bᵀ d B of F(4×4, 3×3) for neighbouring tiles: 36 values a tile, one per position.</summary>
    /// <param name="offsets">Of the 36 pixels of a tile; the same pixel of neighbouring tiles are neighbours.</param>
    /// <remarks>Reads and writes up to one vector beyond the last tile.</remarks>
    public abstract void WinogradInput(float* source, int* offsets, float* destination, nint positionStride, int tiles);

    /// <summary>Aᵀ m A + bias of F(4×4, 3×3): four rows of 4 · tiles pixels.</summary>
    /// <remarks>Reads up to one vector, and writes up to four, beyond the last tile.</remarks>
    public abstract void WinogradOutput(float* source, nint positionStride, float bias, float* rows, int rowStride, int tiles);
}

/// <summary>How many bits one vector operation works on.</summary>
internal enum VectorWidth
{
    /// <summary>Runs everywhere, in software where the processor has no vectors at all.</summary>
    Vector128,

    Vector256,

    Vector512,
}
