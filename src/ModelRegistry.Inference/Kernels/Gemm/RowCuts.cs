namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>
/// Rows cut into panels of heights that have a micro-kernel, with little padding: 64 = 4·12 + 2·8, not 6·12.
/// Tall panels come first, then up to two others; only the last may be padded.
/// </summary>
internal readonly struct RowCuts
{
    private readonly int tall;
    private readonly int tallCount;
    private readonly int rest;

    public RowCuts(RowBlocking blocking, int rows)
    {
        Rows = rows;
        tall = blocking.Tall;
        tallCount = rows / tall;
        int left = rows % tall;
        if (rows == 1)
        {
            (rest, Count) = (1, 1);
        }
        else if (left > 0 && tallCount > 0 && tall + left <= 2 * blocking.Middle)
        {
            tallCount--;
            (rest, Count) = (blocking.Middle, tallCount + 2);
        }
        else if (left > 0)
        {
            rest = left <= blocking.Short ? blocking.Short : left <= blocking.Middle ? blocking.Middle : tall;
            Count = tallCount + 1;
        }
        else
        {
            Count = tallCount;
        }
    }

    public int Rows { get; }

    public int Count { get; }

    public int PaddedRows => FirstRow(Count);

    public int Height(int panel) => panel < tallCount ? tall : rest;

    public int FirstRow(int panel) =>
        panel <= tallCount ? panel * tall : (tallCount * tall) + ((panel - tallCount) * rest);

    public int ValidRows(int panel) => Math.Min(Height(panel), Rows - FirstRow(panel));
}

/// <summary>Heights of row panels that have a micro-kernel, tallest first.</summary>
internal sealed record RowBlocking(int Tall, int Middle, int Short);
