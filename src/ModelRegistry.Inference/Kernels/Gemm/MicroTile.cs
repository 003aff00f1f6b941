namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>One call of a micro-kernel: destination = clamp(left · right + bias + addend).</summary>
internal unsafe struct MicroTile
{
    /// <summary>A row panel, [Depth, rows]: one column of rows after another.</summary>
    public float* Left;

    /// <summary>A column panel, [Depth, two vectors].</summary>
    public float* Right;

    public int Depth;

    public float* Destination;

    /// <summary>Elements from one destination row to the next.</summary>
    public nint DestinationStride;

    /// <summary>One value per row, or null.</summary>
    public float* Bias;

    /// <summary>Added element by element (the destination so far, or a residual), or null.</summary>
    public float* Addend;

    public nint AddendStride;

    /// <summary>Limits the result to [Low, High]; NaN stays.</summary>
    public bool Clamp;

    public float Low;

    public float High;
}
