namespace ModelRegistry;

/// <summary>How much of the per-user cache may stay.</summary>
public sealed record PruneOptions
{
    /// <summary>Remove what nobody used for longer than this; null for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Remove the least recently used until at most this many bytes are left; null for no limit.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Only say what would go. Default: false.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was removed from the cache, or would be.</summary>
/// <param name="Directory">The cache.</param>
/// <param name="Removed">What went, least recently used first.</param>
/// <param name="InUse">Paths of what should have gone and is in use.</param>
/// <param name="Left">Bytes that are left.</param>
public sealed record PruneReport(string Directory, IReadOnlyList<CacheEntry> Removed, IReadOnlyList<string> InUse, long Left);

/// <summary>One thing in the cache that goes or stays as a whole.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Size">The length of its files.</param>
/// <param name="LastUse">When it was used last, to the hour.</param>
public sealed record CacheEntry(CacheEntryKind Kind, string Path, long Size, DateTimeOffset LastUse);

/// <summary>What the cache holds. Engines are not among it: who added one removes it.</summary>
public enum CacheEntryKind
{
    /// <summary>An artifact that was fetched.</summary>
    Blob,

    /// <summary>A part of one whose fetch was broken off.</summary>
    Part,

    /// <summary>The files of a version under their own names.</summary>
    Folder,

    /// <summary>The clone of a registry's repository.</summary>
    Clone,
}
