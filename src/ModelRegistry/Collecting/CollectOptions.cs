using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>What may go from the local store.</summary>
public sealed record CollectOptions
{
    /// <summary>Only what was written, or published again, longer ago than this may go. Default: 14 days.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Keep what any commit ever named, not only what a branch, tag, stash, index or work tree names now. Default: false.</summary>
    public bool History { get; init; }

    /// <summary>Only say what would go. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Lock files whose versions are kept.</summary>
    public ImmutableArray<string> Locks { get => field.IsDefault ? [] : field; init; }

    /// <summary>
    /// What stays here although another store has it too; everything else goes where one verifiably has it. Null for all that is referenced,
    /// unless <see cref="MaxSize"/> says otherwise.
    /// </summary>
    public KeptVersions? Keep { get; init; }

    /// <summary>Thin out, oldest first, what another store verifiably has until the local store has at most this many bytes; null for no limit.</summary>
    public long? MaxSize { get; init; }
}

/// <summary>Versions that stay in the local store.</summary>
public sealed record KeptVersions
{
    /// <summary>How many of the newest of each family. Default: 0.</summary>
    public int Latest { get; init; }

    /// <summary>Aliases whose versions stay.</summary>
    public ImmutableArray<string> Aliases { get => field.IsDefault ? [] : field; init; }
}

/// <summary>What was collected, or would be.</summary>
/// <param name="Store">The folder of the store, or its name where it is another than the local one.</param>
/// <param name="Blobs">What went, oldest first.</param>
/// <param name="Kept">How many blobs stay.</param>
/// <param name="KeptBytes">Their length together.</param>
public sealed record CollectReport(string Store, IReadOnlyList<CollectedBlob> Blobs, int Kept, long KeptBytes)
{
    /// <summary>The length of what went.</summary>
    public long Freed => Blobs.Sum(blob => blob.Size);
}

/// <summary>A blob that went, or would go.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its length in bytes; 0 where the store does not say.</param>
/// <param name="Age">How long ago it was published last; null where the store does not say.</param>
/// <param name="Copy">The store that has it too; null where nothing names it any more.</param>
public sealed record CollectedBlob(Digest Digest, long Size, TimeSpan? Age, string? Copy);
