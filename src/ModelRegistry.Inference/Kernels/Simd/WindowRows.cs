namespace ModelRegistry.Inference.Kernels.Simd;

/// <summary>One channel's window over a laid-out plane: destination[y, x] = clamp(bias + Σ weights[t] · source[y · SourceStride + offsets[t] + x]).</summary>
internal unsafe struct WindowRows
{
    /// <summary>The first row's first pixel, for the tap at offset 0.</summary>
    public required float* Source;

    /// <summary>Elements from what one row looks at to what the next one does.</summary>
    public required nint SourceStride;

    public required int* Offsets;

    public required float* Weights;

    public required int Taps;

    public float Bias;

    /// <summary>Limits the result to [Low, High]; NaN stays.</summary>
    public bool Clamp;

    public float Low;

    public float High;

    /// <summary>Rows follow each other without a gap.</summary>
    public required float* Destination;

    public required int Rows;

    public required int Columns;

    /// <summary>A row's taps are three rows of three, and the next row looks at two of those rows again.</summary>
    public readonly bool IsThreeByThreeOfNeighbours
    {
        get
        {
            for (int t = 0; t < 6; t++)
                if (Taps != 9 || Offsets[t + 3] != Offsets[t] + SourceStride)
                    return false;
            return true;
        }
    }
}
