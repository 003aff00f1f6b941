namespace ModelRegistry.Inference.Planning;

/// <summary>
/// Gives every storage a range of one block of memory, so that storages needed at the same time do not overlap:
/// largest first, each into the smallest gap that holds it (greedy by size, Pisarchyk and Lee 2020).
/// </summary>
internal static class Arena
{
    /// <returns>The length of the block in floats.</returns>
    internal static long Assign(IEnumerable<Storage> storages)
    {
        var placed = new List<Storage>();
        var total = 0L;
        foreach (var storage in storages.OrderByDescending(storage => storage.PaddedLength).ThenBy(storage => storage.First))
        {
            storage.Offset = BestGap(placed.Where(storage.Overlaps), storage.PaddedLength);
            placed.Insert(InsertionPoint(placed, storage.Offset), storage);
            total = Math.Max(total, checked(storage.Offset + storage.PaddedLength));
        }

        return total;
    }

    // The neighbours come in order of their offsets.
    private static long BestGap(IEnumerable<Storage> neighbours, long length)
    {
        var (best, bestSize) = (-1L, long.MaxValue);
        var end = 0L;
        foreach (var neighbour in neighbours)
        {
            var gap = neighbour.Offset - end;
            if (gap >= length && gap < bestSize)
                (best, bestSize) = (end, gap);
            end = Math.Max(end, neighbour.Offset + neighbour.PaddedLength);
        }

        return best >= 0 ? best : end;
    }

    private static int InsertionPoint(List<Storage> placed, long offset)
    {
        var (low, high) = (0, placed.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (placed[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
