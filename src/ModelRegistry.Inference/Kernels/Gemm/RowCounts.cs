namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Rows of a micro-kernel as a compile-time constant: the JIT drops the accumulators it does not need.</summary>
internal interface IRowCount
{
    static abstract int Rows { get; }
}

internal readonly struct OneRow : IRowCount
{
    public static int Rows => 1;
}

internal readonly struct TwoRows : IRowCount
{
    public static int Rows => 2;
}

internal readonly struct FourRows : IRowCount
{
    public static int Rows => 4;
}

internal readonly struct SixRows : IRowCount
{
    public static int Rows => 6;
}

internal readonly struct EightRows : IRowCount
{
    public static int Rows => 8;
}

internal readonly struct TwelveRows : IRowCount
{
    public static int Rows => 12;
}
