using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Json;
using ModelRegistry.Names;

namespace ModelRegistry.Collecting;

/// <summary>
/// Every artifact that a manifest names, wherever git or a work tree has one: the tips of all references, stashes, HEAD and what a merge waits
/// for, the index and the files of every work tree, and with history every commit. What was read once is not read again.
/// </summary>
internal sealed class ManifestRoots(RegistryContext registry, GitRepository? repository, bool history)
{
    private static readonly string[] Facts = [":(glob)**/" + RegistryLayout.VersionsFolder + "/*.json", ":(glob)**/" + RegistryLayout.SettingsFileName];
    private static readonly string[] Waiting = ["HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "ORIG_HEAD"];

    private readonly Dictionary<GitObjectId, Manifest?> _committed = [];
    private readonly Dictionary<string, (DateTime Written, long Length, Manifest Manifest)> _files = new(StringComparer.Ordinal);

    /// <summary>All manifests as they are now, some more than once.</summary>
    /// <exception cref="ModelRegistryException">MR0260: one cannot be read, so nobody knows what it names.</exception>
    public IReadOnlyList<Manifest> Read(CancellationToken cancellation)
    {
        var found = new List<Manifest>(Files(registry.AllManifestPaths()));
        if (repository is null) return found;
        var trees = WorkTrees(cancellation);
        foreach (var other in trees.Where(tree => tree.WorkTree != repository.WorkTree)) found.AddRange(Files(Beside(other)));
        var blobs = new HashSet<(GitObjectId Blob, string Path)>();
        foreach (var tree in trees) blobs.UnionWith(Staged(tree, cancellation));
        var tips = Tips(trees, cancellation);
        blobs.UnionWith(At(tips, cancellation));
        if (history) blobs.UnionWith(Ever(tips, cancellation));
        found.AddRange(Committed(blobs, cancellation));
        return found;
    }

    // A registry may have been moved, so every folder with a registry.json counts; files of that shape elsewhere are other people's.
    private IEnumerable<Manifest> Committed(IReadOnlySet<(GitObjectId Blob, string Path)> blobs, CancellationToken cancellation)
    {
        var own = repository!.TryPathOf(registry.Layout.Root)?.Value ?? "";
        var roots = blobs.Where(b => Path.GetFileName(b.Path) == RegistryLayout.SettingsFileName).Select(b => Up(b.Path, 1)).Append(own).ToHashSet(StringComparer.Ordinal);
        var manifests = blobs.Where(b => Path.GetFileName(b.Path) != RegistryLayout.SettingsFileName && b.Path.Count(c => c == '/') >= 2 && roots.Contains(Up(b.Path, 3))).ToList();
        // One content may have two paths; what is ours decides how strict to be.
        var unread = manifests.Where(b => !_committed.ContainsKey(b.Blob)).OrderBy(b => Up(b.Path, 3) == own ? 0 : 1).DistinctBy(b => b.Blob).ToList();
        foreach (var ((blob, path), content) in unread.Zip(repository.Reader.ReadBlobs([.. unread.Select(b => b.Blob)], cancellation)))
        {
            try
            {
                _committed[blob] = Parse(content, $"{path} ({blob.Abbreviated})");
            }
            catch (ModelRegistryException unreadable) when (Up(path, 3) != own)
            {
                registry.Options.Log.Warn(unreadable.Diagnostic, $"{path} is of another registry and cannot be read; it keeps nothing");
                _committed[blob] = null;
            }
        }

        return manifests.Select(b => _committed[b.Blob]).OfType<Manifest>();
    }

    private static string Up(string path, int levels)
    {
        for (; levels > 0; levels--) path = path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";
        return path;
    }

    private IEnumerable<Manifest> Files(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var file = new FileInfo(path);
            // A registration that failed a moment ago took it back.
            if (!file.Exists) continue;
            if (!_files.TryGetValue(path, out var known) || known.Written != file.LastWriteTimeUtc || known.Length != file.Length)
            {
                try
                {
                    _files[path] = known = (file.LastWriteTimeUtc, file.Length, RegistryDocument.Read<Manifest>(path, Codes.CollectionStopped));
                }
                catch (ModelRegistryException) when (!File.Exists(path))
                {
                    continue;
                }
            }

            yield return known.Manifest;
        }
    }

    // Where the same registry stands in another work tree of the repository.
    private IEnumerable<string> Beside(GitRepository other)
    {
        var root = repository!.TryPathOf(registry.Layout.Root) is { } below ? Path.Combine(other.WorkTree, below.Value) : other.WorkTree;
        return Directory.Exists(root) ? RegistryContext.ManifestPathsBelow(root) : [];
    }

    private List<GitRepository> WorkTrees(CancellationToken cancellation)
    {
        const string prefix = "worktree ";
        var others = repository!.Run(["worktree", "list", "--porcelain", "-z"], cancellation).Split('\0')
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..]);
        return [repository, .. others.Where(path => path != repository.WorkTree && Directory.Exists(path)).Select(path => GitRepository.Find(path, registry.Options)).OfType<GitRepository>().Where(other => other.WorkTree != repository.WorkTree)];
    }

    private static IEnumerable<(GitObjectId Blob, string Path)> Staged(GitRepository tree, CancellationToken cancellation)
    {
        // MODE SP BLOB SP STAGE TAB PATH
        foreach (var line in tree.Run(["ls-files", "-z", "--stage", "--full-name", "--", .. Facts], cancellation).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab > 0 && line[..tab].Split(' ') is [_, var blob, _]) yield return (GitObjectId.Parse(blob), line[(tab + 1)..]);
        }
    }

    private List<string> Tips(IReadOnlyList<GitRepository> trees, CancellationToken cancellation)
    {
        var tips = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in repository!.Run(["for-each-ref", "--format=%(objectname)"], cancellation).Split('\n', StringSplitOptions.RemoveEmptyEntries)) tips.Add(line);
        // Older stashes are only in the log of the reference; each has its index, and what git did not know, as further parents.
        var stashes = repository.Try(["log", "--walk-reflogs", "--format=%H %P", "refs/stash", "--"], cancellation);
        if (stashes.Succeeded) tips.UnionWith(stashes.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (var tree in trees)
        {
            // One question for each: a name that does not exist ends the answer.
            foreach (var name in Waiting.Where(name => File.Exists(Path.Combine(tree.GitDirectory, name))))
            {
                if (tree.Try(["rev-parse", "--verify", "--quiet", name], cancellation) is { Succeeded: true, Line.Length: > 0 } asked) tips.Add(asked.Line);
            }
        }

        return [.. tips];
    }

    // Each tip is compared with the first, so that what they share is told once.
    private IEnumerable<(GitObjectId Blob, string Path)> At(List<string> tips, CancellationToken cancellation)
    {
        var questions = Encoding.ASCII.GetBytes(string.Concat(tips.Select(tip => tip + "^{tree}\n")));
        var trees = repository!.RunRaw(["cat-file", "--batch-check=%(objectname) %(objecttype)"], questions, cancellation).Output
            .Split('\n').Where(line => line.EndsWith(" tree", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]).Distinct().ToList();
        if (trees.Count == 0) return [];
        var empty = trees[0].Length == 64 ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321" : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        var pairs = Encoding.ASCII.GetBytes($"{empty} {trees[0]}\n" + string.Concat(trees.Skip(1).Select(tree => $"{trees[0]} {tree}\n")));
        return Raw(repository.RunRaw(["diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--", .. Facts], pairs, cancellation).Output);
    }

    private IEnumerable<(GitObjectId Blob, string Path)> Ever(List<string> tips, CancellationToken cancellation)
    {
        var from = Encoding.ASCII.GetBytes(string.Concat(tips.Select(tip => tip + "\n")));
        return Raw(repository!.RunRaw(
            ["log", "--stdin", "--all", "--reflog", "--ignore-missing", "-z", "-m", "--full-history", "--format=", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--", .. Facts], from, cancellation).Output);
    }

    // ":100644 100644 OLD NEW M" NUL PATH (git-diff(1), "Raw output format"), and lines between that name the trees.
    private static IEnumerable<(GitObjectId Blob, string Path)> Raw(string output)
    {
        var fields = output.Split('\0');
        for (var i = 0; i + 1 < fields.Length; i++)
        {
            var start = fields[i].LastIndexOf(':');
            if (start < 0 || fields[i][(start + 1)..].Split(' ') is not [_, _, var before, var after, [_, ..]]) continue;
            var path = fields[++i];
            foreach (var id in new[] { before, after })
            {
                // All zeros where there is none.
                if (id.Any(c => c != '0') && GitObjectId.TryParse(id, out var blob)) yield return (blob, path);
            }
        }
    }

    private static Manifest Parse(byte[]? content, string where)
    {
        if (content is null) throw Stopped(where, "git does not have it here", null);
        try
        {
            return RegistryJson.Read<Manifest>(RegistryDocument.WithoutMark(content));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw Stopped(where, failure.Message, failure);
        }
    }

    private static ModelRegistryException Stopped(string where, string why, Exception? inner) => Codes.CollectionStopped.Error(
        $"the manifest {where} cannot be read, so what it names is not known and nothing was collected: {Printable.Quote(why)}", "mend it, or delete the branch, tag or stash that has it", inner);
}
