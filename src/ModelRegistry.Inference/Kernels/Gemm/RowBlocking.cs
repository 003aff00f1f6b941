namespace ModelRegistry.Inference.Kernels.Gemm;

/// <summary>Heights of row panels, largest first. Rows are cut so that little padding remains: 64 = 4·12 + 2·8, not 6·12.</summary>
internal sealed record RowBlocking(int Tall, int Middle, int Short)
{
    /// <summary>Heights of the panels that cover so many rows, in order; only the last may be padded.</summary>
    public int[] Cut(int rows)
    {
        if (rows == 1)
            return [1];
        var heights = new List<int>((rows / Tall) + 2);
        int tall = rows / Tall, rest = rows % Tall;
        bool borrow = rest > 0 && tall > 0 && Tall + rest <= 2 * Middle;
        heights.AddRange(Enumerable.Repeat(Tall, borrow ? tall - 1 : tall));
        if (borrow)
            heights.AddRange([Middle, Middle]);
        else if (rest > 0)
            heights.Add(rest <= Short ? Short : rest <= Middle ? Middle : Tall);
        return [.. heights];
    }
}
