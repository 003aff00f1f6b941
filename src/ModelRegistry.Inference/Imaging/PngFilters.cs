namespace ModelRegistry.Inference.Imaging;

/// <summary>The five row filters: https://www.w3.org/TR/png-3/#9Filters.</summary>
internal static class PngFilters
{
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">Filtered bytes, replaced by the original ones.</param>
    /// <param name="above">The row above as it was; zeros for the first.</param>
    /// <param name="distance">Bytes to the pixel on the left.</param>
    internal static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (filter)
        {
            case 0:
                return;
            case 1:
                for (var i = distance; i < row.Length; i++)
                    row[i] += row[i - distance];
                return;
            case 2:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                return;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < distance ? 0 : row[i - distance]) + above[i]) / 2);
                return;
            case 4:
                for (var i = 0; i < row.Length; i++)
                    row[i] += i < distance ? above[i] : Paeth(row[i - distance], above[i], above[i - distance]);
                return;
            default:
                throw ImageError.Corrupt($"the PNG uses the unknown row filter {filter}");
        }
    }

    private static byte Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return (byte)(a <= b && a <= c ? left : b <= c ? up : corner);
    }
}
