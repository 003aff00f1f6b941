using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.Health.Checks;

/// <summary>Looks through the whole history for manifests that were changed or removed after the commit that registered them.</summary>
internal static class ManifestHistory
{
    private sealed class Life
    {
        public string? Original { get; set; }

        public string? Current { get; set; }

        public List<(string Commit, string Author, string At)> Changes { get; } = [];
    }

    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        if (scope.Repository is not { } repository || repository.Head(scope.Cancellation) is null) yield break;
        scope.Tell("reading the history");
        var root = repository.Relative(scope.Registry.Layout.Root)!;
        if (repository.Run(["rev-parse", "--is-shallow-repository"], scope.Cancellation).Trim() == "true")
            yield return scope.Found(Codes.ShallowHistory, DoctorSeverity.Info, "the clone is shallow: changes before its first commit cannot be seen", repository.WorkTree, "run 'git fetch --unshallow'");

        foreach (var (path, life) in Read(repository, root, scope.Cancellation).OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (life.Changes.Count == 0) continue;
            var by = string.Join(", ", life.Changes.Distinct().Select(c => $"{c.Commit[..12]} by {Printable.Quote(c.Author)} on {c.At}"));
            var file = Path.Combine(repository.WorkTree, path.Replace('/', Path.DirectorySeparatorChar));
            if (life.Current is null)
                yield return scope.Found(Codes.ManifestRemoved, DoctorSeverity.Error, $"a registered manifest was removed in {by}", file, $"bring it back from {life.Changes[^1].Commit[..12]}^, and yank the version if it must not be used");
            else if (life.Current != life.Original)
                yield return scope.Found(Codes.ManifestAltered, DoctorSeverity.Error, $"a registered manifest was changed in {by}", file, $"restore the first text: git cat-file -p {life.Original![..12]}");
            else
                yield return scope.Found(Codes.ManifestAltered, DoctorSeverity.Info, $"a registered manifest was changed and later restored: {by}", file, null);
        }
    }

    private static Dictionary<string, Life> Read(GitRepository repository, string root, CancellationToken cancellation)
    {
        var prefix = root == "." ? "" : root + "/";
        // -m shows what a merge changed against each of its parents, so that no change hides in a merge.
        var log = repository.Run(
            ["log", "--reverse", "--topo-order", "--full-history", "-m", "--no-renames", "--raw", "--no-abbrev", "--format=%x00%H%x1f%an <%ae>%x1f%as", "--", $":(top,glob){prefix}*/versions/*.json"],
            cancellation);
        var lives = new Dictionary<string, Life>(StringComparer.Ordinal);
        foreach (var commit in log.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = commit.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var head = lines[0].Split('\u001f');
            foreach (var line in lines.Skip(1)) Apply(lives, line, (head[0], head[1], head[2]));
        }

        foreach (var line in repository.Run(["ls-tree", "-r", "-z", "HEAD", "--", root], cancellation).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (lives.TryGetValue(line[(tab + 1)..], out var life)) life.Current = line[..tab].Split(' ')[2];
        }

        return lives;
    }

    // :100644 100644 OLD NEW M<tab>path (git-diff, "Raw output format")
    private static void Apply(Dictionary<string, Life> lives, string line, (string, string, string) commit)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (tab < 0 || line[0] != ':' || line[1..tab].Split(' ') is not [_, _, _, var after, var status]) return;
        var path = line[(tab + 1)..].Trim('"');
        if (!lives.TryGetValue(path, out var life)) lives[path] = life = new Life();
        if (life.Original is null && status[0] == 'A') life.Original = after;
        else if (status[0] is 'M' or 'T' or 'D' || (status[0] == 'A' && after != life.Original)) life.Changes.Add(commit);
    }
}
