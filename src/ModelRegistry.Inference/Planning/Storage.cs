namespace ModelRegistry.Inference.Planning;

/// <summary>Memory that one or more values share, and the steps during which it is needed.</summary>
internal sealed class Storage
{
    private const int CacheLineFloats = 16;

    internal Storage(long length, int first, int last) => (Length, First, Last) = (length, first, last);

    internal long Length { get; }

    internal int First { get; set; }

    internal int Last { get; set; }

    /// <summary>The concatenation this one is a part of.</summary>
    internal Storage? Whole { get; private set; }

    internal long OffsetInWhole { get; private set; }

    /// <summary>Whether overwriting in place is off: someone else may still read a part.</summary>
    internal bool IsShared { get; set; }

    /// <summary>Where it begins in the arena; of a part, where its whole does plus its place in it.</summary>
    internal long Offset { get; set; }

    internal long PaddedLength => (Length + CacheLineFloats - 1) / CacheLineFloats * CacheLineFloats;

    internal void PlaceIn(Storage whole, long offset)
    {
        (Whole, OffsetInWhole) = (whole, offset);
        IsShared = whole.IsShared = true;
        whole.First = Math.Min(whole.First, First);
        whole.Last = Math.Max(whole.Last, Last);
    }

    internal long ResolvedOffset()
    {
        var offset = 0L;
        var storage = this;
        for (; storage.Whole is { } whole; storage = whole)
            offset += storage.OffsetInWhole;
        return storage.Offset + offset;
    }

    internal bool Overlaps(Storage other) => First <= other.Last && other.First <= Last;
}
