using LibGit2Sharp;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.LibGit2;

/// <summary>
/// Reads a repository with libgit2, in process. It starts no program, runs no hook and no external filter, and reads no configuration of
/// the user's. What libgit2 tells differently from git (a sparse checkout) is refused.
/// </summary>
public sealed class LibGit2Reader : IGitReader
{
    private readonly Repository _repository;

    private LibGit2Reader(Repository repository) => _repository = repository;

    /// <summary>Opens a repository that was found.</summary>
    /// <exception cref="ModelRegistryException">MR0415: libgit2 does not understand it; MR0403: it cannot be read.</exception>
    public static IGitReader Open(GitLocation location) => Guard(() => new LibGit2Reader(new Repository(location.WorkTree)));

    /// <inheritdoc/>
    public GitHead ReadHead(CancellationToken cancellation = default) => Guard(() => new GitHead(
        _repository.Head.Tip is { } tip ? Id(tip.Id) : null,
        _repository.Info.IsHeadDetached ? null : _repository.Head.FriendlyName));

    /// <inheritdoc/>
    public IEnumerable<GitCommitRecord> ReadHistory(GitHistoryQuery query, CancellationToken cancellation = default)
    {
        var from = query.From?.Hex ?? _repository.Head.Tip?.Sha;
        if (from is null) yield break;
        var commits = Guard(() => _repository.Commits.QueryBy(new CommitFilter
        {
            IncludeReachableFrom = from,
            ExcludeReachableFrom = query.Until?.Hex,
            // By time alone the order of commits of one second is anybody's.
            SortBy = CommitSortStrategies.Topological | CommitSortStrategies.Time,
        }));
        var left = query.Limit;
        foreach (var commit in commits)
        {
            cancellation.ThrowIfCancellationRequested();
            if (left == 0) yield break;
            var parents = commit.Parents.Where(p => _repository.Lookup<Commit>(p.Id) is not null).ToList();
            var changes = Guard(() => Changes(commit, parents, query.Below?.Value));
            if (changes is null) continue;
            left--;
            yield return Record(commit, changes);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<GitTreeEntry> ReadTree(GitObjectId commit, GitPath? below, CancellationToken cancellation = default) => Guard(() =>
    {
        var tree = (_repository.Lookup<Commit>(commit.Hex) ?? throw Codes.GitFailed.Error($"the repository has no commit {commit.Abbreviated}", "fetch it first")).Tree;
        var entries = new List<GitTreeEntry>();
        if (below is null) Walk(tree, "", entries);
        else if (tree[below.Value] is { } entry) Add(entry, below.Value, entries);
        return entries;
    });

    /// <inheritdoc/>
    public IReadOnlyList<byte[]?> ReadBlobs(IReadOnlyList<GitObjectId> blobs, CancellationToken cancellation = default) => Guard(() => blobs.Select(blob =>
    {
        cancellation.ThrowIfCancellationRequested();
        if (_repository.Lookup(blob.Hex) is not Blob { Size: <= IGitReader.MaxBlobLength } found) return null;
        using var content = found.GetContentStream();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<GitConflict> ReadConflicts(GitPath? below, CancellationToken cancellation = default) => Guard(() => _repository.Index.Conflicts
        .Select(c => new GitConflict((c.Ours ?? c.Theirs ?? c.Ancestor).Path, Id(c.Ancestor?.Id), Id(c.Ours?.Id), Id(c.Theirs?.Id)))
        .Where(c => IsBelow(c.Path, below))
        .OrderBy(c => c.Path, StringComparer.Ordinal)
        .ToList());

    /// <inheritdoc/>
    public IReadOnlyList<GitWorkTreeChange> ReadWorkTreeChanges(GitPath? below, CancellationToken cancellation = default)
    {
        if (_repository.Config.Get<string>("core.sparsecheckout", ConfigurationLevel.Local)?.Value is "true" or "1")
            throw Codes.GitFormatUnknown.Error($"{_repository.Info.WorkingDirectory} is a sparse checkout, which libgit2 takes for deleted files", "install git to compare it");
        var unmerged = ReadConflicts(below, cancellation).Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        return Guard(() =>
        {
            using var changes = _repository.Diff.Compare<TreeChanges>(_repository.Head.Tip?.Tree, DiffTargets.Index | DiffTargets.WorkingDirectory, null, null, new CompareOptions { Similarity = SimilarityOptions.None });
            return changes
                .Where(c => IsBelow(c.Path, below) && !unmerged.Contains(c.Path))
                .Select(c => (c.Path, Kind: Kind(c)))
                .Where(c => c.Kind is not null)
                .Select(c => new GitWorkTreeChange(c.Path, c.Kind!.Value))
                .OrderBy(c => c.Path, StringComparer.Ordinal)
                .ToList();
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _repository.Dispose();

    private GitWorkTreeChangeKind? Kind(TreeEntryChanges change) => change.Status switch
    {
        // A file that git does not know is nobody's change.
        ChangeKind.Added => _repository.Index[change.Path] is null ? null : GitWorkTreeChangeKind.Added,
        ChangeKind.Deleted => GitWorkTreeChangeKind.Deleted,
        ChangeKind.Modified or ChangeKind.TypeChanged => GitWorkTreeChangeKind.Modified,
        _ => null,
    };

    // As "git log --full-history -m": a merge is told of where it differs from each of its parents, and then against every one.
    private List<GitChange>? Changes(Commit commit, List<Commit> parents, string? below)
    {
        if (parents.Count == 0) return Changes(null, commit.Tree, below) is { } all && (below is null || all.Count > 0) ? all : null;
        var changes = new List<GitChange>();
        foreach (var parent in parents)
        {
            var against = Changes(parent.Tree, commit.Tree, below);
            if (below is not null && against.Count == 0) return null;
            changes.AddRange(against);
        }

        return changes;
    }

    private List<GitChange> Changes(Tree? before, Tree after, string? below)
    {
        var (old, made) = below is null ? (before, after) : (before?[below]?.Target, (GitObject?)after[below]?.Target);
        if (old?.Id == made?.Id) return [];
        var changes = new List<GitChange>();
        if (old is Blob || made is Blob) changes.Add(new GitChange(below!, Id((old as Blob)?.Id), Id((made as Blob)?.Id)));
        if (old is not Tree && made is not Tree) return changes;
        using var compared = _repository.Diff.Compare<TreeChanges>(old as Tree, made as Tree, null, null, new CompareOptions { Similarity = SimilarityOptions.None });
        var prefix = below is null ? "" : below + "/";
        changes.AddRange(compared.Select(c => new GitChange(prefix + c.Path, c.OldExists ? Id(c.OldOid) : null, c.Exists ? Id(c.Oid) : null)));
        return changes;
    }

    private static GitCommitRecord Record(Commit commit, List<GitChange> changes) => new()
    {
        Id = Id(commit.Id),
        Parents = [.. commit.Parents.Select(p => Id(p.Id))],
        Author = $"{commit.Author.Name} <{commit.Author.Email}>",
        At = commit.Author.When,
        Message = commit.Message,
        Changes = changes,
    };

    private static void Walk(Tree tree, string prefix, List<GitTreeEntry> entries)
    {
        foreach (var entry in tree) Add(entry, prefix + entry.Name, entries);
    }

    private static void Add(TreeEntry entry, string path, List<GitTreeEntry> entries)
    {
        if (entry.TargetType == TreeEntryTargetType.Tree) Walk((Tree)entry.Target, path + "/", entries);
        else if (entry.TargetType == TreeEntryTargetType.Blob) entries.Add(new GitTreeEntry(path, Id(entry.Target.Id)));
    }

    private static bool IsBelow(string path, GitPath? below) =>
        below is null || path == below.Value || path.StartsWith(below.Value + "/", StringComparison.Ordinal);

    private static GitObjectId Id(ObjectId? id) => GitObjectId.TryParse(id?.Sha, out var parsed) ? parsed : null!;

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LibGit2SharpException failure)
        {
            throw Codes.GitFailed.Error($"libgit2 cannot read the repository: {failure.Message}", "install git, which understands more, or run 'git fsck' where there is one", failure);
        }
    }
}
