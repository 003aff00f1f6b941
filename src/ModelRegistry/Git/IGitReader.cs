namespace ModelRegistry.Git;

/// <summary>
/// Reads a git repository. Implementations start no program that the repository names, and answer the same: one contract suite
/// runs on all of them. What one does not understand it refuses with a coded error.
/// </summary>
public interface IGitReader : IDisposable
{
    /// <summary>Where HEAD is.</summary>
    GitHead ReadHead(CancellationToken cancellation = default);

    /// <summary>The commits that HEAD reaches and that changed a path, newest first, each with the changed paths below it.</summary>
    IEnumerable<GitCommitRecord> ReadHistory(GitHistoryQuery query, CancellationToken cancellation = default);

    /// <summary>Every file of a commit below a folder.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="below">A folder, or one file; null for the top.</param>
    /// <param name="cancellation">Stops it.</param>
    IReadOnlyList<GitTreeEntry> ReadTree(GitObjectId commit, GitPath? below, CancellationToken cancellation = default);

    /// <summary>No file of a registry is larger, in bytes.</summary>
    const int MaxBlobLength = 16 * 1024 * 1024;

    /// <summary>The contents of blobs, in the order asked; null for one that the repository does not have, or that is longer than <see cref="MaxBlobLength"/> and is not read.</summary>
    IReadOnlyList<byte[]?> ReadBlobs(IReadOnlyList<GitObjectId> blobs, CancellationToken cancellation = default);

    /// <summary>What a merge, rebase or cherry-pick left open in the index.</summary>
    /// <param name="below">A folder; null for the top.</param>
    /// <param name="cancellation">Stops it.</param>
    IReadOnlyList<GitConflict> ReadConflicts(GitPath? below, CancellationToken cancellation = default);

    /// <summary>What differs between HEAD and the work tree among the files that git knows; what a merge left open is not among it.</summary>
    /// <param name="below">A folder; null for the top.</param>
    /// <param name="cancellation">Stops it.</param>
    IReadOnlyList<GitWorkTreeChange> ReadWorkTreeChanges(GitPath? below, CancellationToken cancellation = default);
}

/// <summary>Which commits.</summary>
public sealed record GitHistoryQuery
{
    /// <summary>Only commits that changed something below this folder, and only these changes; null for the top.</summary>
    public GitPath? Below { get; init; }

    /// <summary>Where to start; null for HEAD.</summary>
    public GitObjectId? From { get; init; }

    /// <summary>Leave out what this commit reaches; null for nothing.</summary>
    public GitObjectId? Until { get; init; }

    /// <summary>The most commits. Default: all.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>No parent before all its children are shown. Default: by time.</summary>
    public bool Topological { get; init; }
}

/// <summary>A commit and what it changed.</summary>
public sealed record GitCommitRecord
{
    /// <summary>The commit.</summary>
    public required GitObjectId Id { get; init; }

    /// <summary>Its parents.</summary>
    public required IReadOnlyList<GitObjectId> Parents { get; init; }

    /// <summary>The author: <c>Name &lt;mail&gt;</c>.</summary>
    public required string Author { get; init; }

    /// <summary>The author's time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The whole message.</summary>
    public required string Message { get; init; }

    /// <summary>What changed against each of the parents; against nothing for a commit without one. A merge names a path once for every parent that it differs from.</summary>
    public required IReadOnlyList<GitChange> Changes { get; init; }
}

/// <summary>One changed path.</summary>
/// <param name="Path">The path from the top.</param>
/// <param name="Before">The blob before; null where there was none.</param>
/// <param name="After">The blob after; null where there is none.</param>
public sealed record GitChange(string Path, GitObjectId? Before, GitObjectId? After);

/// <summary>A file of a commit.</summary>
/// <param name="Path">The path from the top.</param>
/// <param name="Blob">Its content.</param>
public sealed record GitTreeEntry(string Path, GitObjectId Blob);

/// <summary>A path that a merge left open, with the blob of each side; null where a side does not have it.</summary>
/// <param name="Path">The path from the top.</param>
/// <param name="Base">What both sides come from.</param>
/// <param name="Ours">What HEAD has.</param>
/// <param name="Theirs">What the other side has.</param>
public sealed record GitConflict(string Path, GitObjectId? Base, GitObjectId? Ours, GitObjectId? Theirs);

/// <summary>How a file of the work tree stands to HEAD.</summary>
/// <param name="Path">The path from the top.</param>
/// <param name="Kind">What is different.</param>
public sealed record GitWorkTreeChange(string Path, GitWorkTreeChangeKind Kind);

/// <summary>What is different in the work tree.</summary>
public enum GitWorkTreeChangeKind
{
    /// <summary>HEAD does not have it.</summary>
    Added,

    /// <summary>It has other content or another type.</summary>
    Modified,

    /// <summary>It is not there, and no sparse checkout left it out.</summary>
    Deleted,
}
