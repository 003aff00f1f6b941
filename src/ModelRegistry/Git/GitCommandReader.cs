using System.Globalization;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Git;

/// <summary>Reads by asking the git command.</summary>
internal sealed class GitCommandReader(GitRepository repository) : IGitReader
{
    public GitHead ReadHead(CancellationToken cancellation = default)
    {
        var commit = repository.Try(["rev-parse", "--verify", "--quiet", "HEAD"], cancellation);
        var branch = repository.Try(["symbolic-ref", "--quiet", "HEAD"], cancellation);
        const string prefix = "refs/heads/";
        return new GitHead(
            commit.Succeeded ? GitObjectId.Parse(commit.Line) : null,
            branch.Succeeded && branch.Line.StartsWith(prefix, StringComparison.Ordinal) ? branch.Line[prefix.Length..] : null);
    }

    // -m shows what a merge changed against each of its parents, so that no change hides in a merge.
    private static readonly string[] Log =
    [
        "log", "-z", "-m", "--full-history", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-mailmap",
        "--no-notes", "--encoding=UTF-8", "-O/dev/null", "--format=%x00%H%x00%P%x00%an <%ae>%x00%aI%x00%B%x00",
    ];

    public IEnumerable<GitCommitRecord> ReadHistory(GitHistoryQuery query, CancellationToken cancellation = default)
    {
        if (query.From is null && repository.Head(cancellation).Commit is null) return [];
        var arguments = new List<string>(Log);
        if (query.Topological) arguments.Add("--topo-order");
        if (query.Limit != int.MaxValue) arguments.Add("--max-count=" + query.Limit.ToString(CultureInfo.InvariantCulture));
        arguments.Add(query.From?.Hex ?? "HEAD");
        if (query.Until is { } until) arguments.Add("^" + until.Hex);
        arguments.Add("--");
        if (query.Below is { } below) arguments.Add(below.Pathspec);
        return Commits(repository.Run(arguments, cancellation).Split('\0'));
    }

    /// <summary>The commits that only one of two has, each oldest first, from one process.</summary>
    public (IReadOnlyList<GitCommitRecord> Ours, IReadOnlyList<GitCommitRecord> Theirs) ReadSides(GitObjectId ours, GitObjectId theirs, CancellationToken cancellation)
    {
        var commits = Commits(repository.Run([.. Log, "--topo-order", $"{ours}...{theirs}", "--"], cancellation).Split('\0')).ToList();
        // Newest first, so a commit comes after all that lead to it; what both reach is not among them.
        var reached = new HashSet<GitObjectId> { ours };
        foreach (var commit in commits.Where(commit => reached.Contains(commit.Id))) reached.UnionWith(commit.Parents);
        commits.Reverse();
        return ([.. commits.Where(commit => reached.Contains(commit.Id))], [.. commits.Where(commit => !reached.Contains(commit.Id))]);
    }

    /// <summary>The commits that no branch of a remote had when it was last seen, oldest first.</summary>
    public IReadOnlyList<GitCommitRecord> ReadUnpublished(GitObjectId from, string remote, string seen, CancellationToken cancellation) =>
        [.. Commits(repository.Run([.. Log, "--topo-order", from.Hex, "--not", "--remotes=" + remote, "--glob=" + seen, "--"], cancellation).Split('\0')).Reverse()];

    public IReadOnlyList<GitTreeEntry> ReadTree(GitObjectId commit, GitPath? below, CancellationToken cancellation = default)
    {
        string[] arguments = ["ls-tree", "-r", "-z", "--full-tree", commit.Hex, .. below is null ? Array.Empty<string>() : ["--", below.Value]];
        var entries = new List<GitTreeEntry>();
        foreach (var line in repository.Run(arguments, cancellation).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab > 0 && line[..tab].Split(' ') is [_, "blob", var blob]) entries.Add(new GitTreeEntry(line[(tab + 1)..], GitObjectId.Parse(blob)));
        }

        return entries;
    }

    public IReadOnlyList<byte[]?> ReadBlobs(IReadOnlyList<GitObjectId> blobs, CancellationToken cancellation = default)
    {
        if (blobs.Count == 0) return [];
        // A blob may be gigabytes of zeros in a few kilobytes: what is too long is not asked for.
        var sizes = repository.RunRaw(["cat-file", "--batch-check=%(objecttype) %(objectsize)"], Names(blobs), cancellation).Output.Split('\n');
        var wanted = blobs.Zip(sizes, (blob, said) => said.Split(' ') is ["blob", var size] && long.TryParse(size, CultureInfo.InvariantCulture, out var length) && length <= IGitReader.MaxBlobLength ? blob : null).ToList();
        ReadOnlySpan<byte> rest = wanted.Any(blob => blob is not null) ? repository.RunRaw(["cat-file", "--batch"], Names(wanted.OfType<GitObjectId>()), cancellation).Bytes : [];
        var contents = new List<byte[]?>(blobs.Count);
        foreach (var blob in wanted)
        {
            if (blob is null)
            {
                contents.Add(null);
                continue;
            }

            // git-cat-file(1), "Batch output": NAME SP TYPE SP SIZE LF CONTENT LF.
            var end = rest.IndexOf((byte)'\n');
            if (end < 0 || Encoding.ASCII.GetString(rest[..end]).Split(' ') is not [_, "blob", var size] || !int.TryParse(size, CultureInfo.InvariantCulture, out var length))
                throw Codes.GitFailed.Error($"git cat-file ended before it told of {blob.Abbreviated}", "run 'git fsck'");
            rest = rest[(end + 1)..];
            if (rest.Length < length + 1) throw Codes.GitFailed.Error($"git cat-file cut {blob.Abbreviated} off", "run 'git fsck'");
            contents.Add(rest[..length].ToArray());
            rest = rest[(length + 1)..];
        }

        return contents;

        static byte[] Names(IEnumerable<GitObjectId> ids) => Encoding.ASCII.GetBytes(string.Concat(ids.Select(id => id.Hex + "\n")));
    }

    public IReadOnlyList<GitConflict> ReadConflicts(GitPath? below, CancellationToken cancellation = default)
    {
        var stages = new SortedDictionary<string, GitObjectId?[]>(StringComparer.Ordinal);
        foreach (var line in repository.Run(["ls-files", "-z", "--unmerged", "--full-name", "--", .. Scope(below)], cancellation).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            // MODE SP BLOB SP STAGE TAB PATH, with stage 1 for the base, 2 for HEAD, 3 for the other side.
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0 || line[..tab].Split(' ') is not [_, var blob, [var stage and >= '1' and <= '3']]) continue;
            var path = line[(tab + 1)..];
            if (!stages.TryGetValue(path, out var sides)) stages[path] = sides = new GitObjectId?[3];
            sides[stage - '1'] = GitObjectId.Parse(blob);
        }

        return [.. stages.Select(entry => new GitConflict(entry.Key, entry.Value[0], entry.Value[1], entry.Value[2]))];
    }

    public IReadOnlyList<GitWorkTreeChange> ReadWorkTreeChanges(GitPath? below, CancellationToken cancellation = default)
    {
        var status = repository.Run(["diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "-O/dev/null", "HEAD", "--", .. Scope(below)], cancellation);
        var unmerged = ReadConflicts(below, cancellation).Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        var changes = new List<GitWorkTreeChange>();
        var fields = status.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if (unmerged.Contains(fields[i + 1])) continue;
            changes.Add(new GitWorkTreeChange(fields[i + 1], fields[i][0] switch { 'A' => GitWorkTreeChangeKind.Added, 'D' => GitWorkTreeChangeKind.Deleted, _ => GitWorkTreeChangeKind.Modified }));
        }

        return [.. changes.OrderBy(c => c.Path, StringComparer.Ordinal)];
    }

    public void Dispose()
    {
    }

    private static string[] Scope(GitPath? below) => [below?.Pathspec ?? ":(top)"];

    // The fields of the format, then ":100644 100644 OLD NEW M" NUL PATH for each change (git-diff(1), "Raw output format"). A merge comes once for every parent.
    private static IEnumerable<GitCommitRecord> Commits(string[] fields)
    {
        GitCommitRecord? commit = null;
        var changes = new List<GitChange>();
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i].TrimStart('\n');
            if (field.Length == 0) continue;
            if (field[0] == ':')
            {
                if (field.Split(' ') is not [_, _, var before, var after, _] || i + 1 == fields.Length) throw Codes.GitFailed.Error($"git log answered '{Printable.Quote(field)}'", "look at the git configuration");
                changes.Add(new GitChange(fields[++i], GitObjectId.TryParse(before, out var old) ? old : null, GitObjectId.TryParse(after, out var made) ? made : null));
                continue;
            }

            if (i + 4 >= fields.Length) throw Codes.GitFailed.Error($"git log ended after '{Printable.Quote(field)}'", "look at the git configuration");
            var id = GitObjectId.Parse(field);
            if (commit is not null && commit.Id != id)
            {
                yield return commit with { Changes = changes };
                changes = [];
            }

            commit = new GitCommitRecord
            {
                Id = id,
                Parents = [.. fields[i + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(GitObjectId.Parse)],
                Author = fields[i + 2],
                At = DateTimeOffset.Parse(fields[i + 3], CultureInfo.InvariantCulture),
                Message = fields[i + 4],
                Changes = [],
            };
            i += 4;
        }

        if (commit is not null) yield return commit with { Changes = changes };
    }
}
