using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.History;
using ModelRegistry.Names;
using ModelRegistry.Registration;

namespace ModelRegistry.Health.Checks;

/// <summary>
/// Looks through the whole history: a manifest has one content for ever, is never removed, and is the one that its commit's trailers name.
/// A content that lost a race for its number and was renumbered is explained by the trailers of the commit that did it.
/// </summary>
internal static class ManifestHistory
{
    private sealed class Life
    {
        /// <summary>Every content that it ever had, in order, with the commit that brought it first.</summary>
        public List<(GitObjectId Blob, GitCommitRecord Commit, Trailers? Own)> Contents { get; } = [];

        public List<GitCommitRecord> Removals { get; } = [];

        public GitObjectId? Current { get; set; }
    }

    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        if (scope.Repository is not { } repository || repository.Head(scope.Cancellation).Commit is not { } head) yield break;
        scope.Tell("reading the history");
        var root = repository.TryPathOf(scope.Registry.Layout.Root);
        if (repository.Location.IsShallow)
            yield return scope.Found(Codes.ShallowHistory, DoctorSeverity.Info, "the clone is shallow: changes before its first commit cannot be seen", repository.WorkTree, "run 'git fetch --unshallow'");

        var renumbered = new HashSet<(string Id, string Digest)>();
        var lives = Read(repository, root, renumbered, scope.Cancellation);
        foreach (var entry in repository.Reader.ReadTree(head, root, scope.Cancellation))
        {
            if (lives.TryGetValue(entry.Path, out var life)) life.Current = entry.Blob;
        }

        var asked = lives.Values.SelectMany(l => l.Contents.Count > 1 ? l.Contents : l.Contents.Where(c => c.Own?[RegistrationMessage.ManifestDigest] is not null)).Select(c => c.Blob).Distinct().ToList();
        var blobs = asked.Zip(repository.Reader.ReadBlobs(asked, scope.Cancellation)).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var (path, life) in lives.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            var id = RegistryFact.Of(path[(root is null ? 0 : root.Value.Length + 1)..]).Id!;
            foreach (var finding in Examine(scope, id, Path.Combine(repository.WorkTree, path.Replace('/', Path.DirectorySeparatorChar)), life, blobs, renumbered)) yield return finding;
        }
    }

    private static IEnumerable<DoctorFinding> Examine(DoctorScope scope, ModelId id, string file, Life life, Dictionary<GitObjectId, byte[]?> blobs, HashSet<(string Id, string Digest)> renumbered)
    {
        var contents = life.Contents.Count < 2 ? life.Contents
            : [.. life.Contents.Where(c => c.Blob == life.Current || blobs[c.Blob] is not { } bytes || !renumbered.Contains((id.ToString(), Digest.Of(bytes).Value)))];
        if (life.Current is null)
        {
            var last = life.Removals.Count > 0 ? life.Removals[^1] : life.Contents[^1].Commit;
            yield return scope.Found(Codes.ManifestRemoved, DoctorSeverity.Error, $"a registered manifest was removed in {By(last)}", file, $"bring it back from {last.Id.Abbreviated}^, and yank the version if it must not be used");
        }
        else if (contents.Count > 1)
        {
            yield return scope.Found(
                Codes.ManifestAltered, DoctorSeverity.Error, $"{id} has had {contents.Count} different contents: {string.Join(", then ", contents.Select(c => $"{c.Blob.Abbreviated} in {By(c.Commit)}"))}", file,
                $"nobody can tell which one an earlier reader got: yank {id} and register the content that is meant under a new number");
        }
        else if (life.Removals.Count > 0)
        {
            yield return scope.Found(Codes.ManifestRemoved, DoctorSeverity.Info, $"a registered manifest was removed in {By(life.Removals[^1])} and came back unchanged", file, null);
        }

        foreach (var (blob, commit, own) in life.Contents.Where(c => c.Blob == life.Current && c.Own is not null))
        {
            if (AuditTrail.Contradiction(own!, blobs.GetValueOrDefault(blob)) is { } contradiction)
                yield return scope.Found(Codes.CommitContradicted, DoctorSeverity.Error, $"{By(commit)} registered {id} with another manifest: {contradiction}", file, "the commit was amended after it was made; compare with another clone, and yank the version if nobody can vouch for it");
        }
    }

    private static string By(GitCommitRecord commit) => $"{commit.Id.Abbreviated} by {Printable.Quote(commit.Author)} on {commit.At:yyyy-MM-dd}";

    private static Dictionary<string, Life> Read(GitRepository repository, GitPath? root, HashSet<(string Id, string Digest)> renumbered, CancellationToken cancellation)
    {
        var lives = new Dictionary<string, Life>(StringComparer.Ordinal);
        var prefix = root is null ? 0 : root.Value.Length + 1;
        foreach (var commit in repository.Reader.ReadHistory(new GitHistoryQuery { Below = root, Topological = true }, cancellation).Reverse())
        {
            var trailers = Trailers.Of(commit.Message);
            if (trailers[RegistrationMessage.RenumberedFrom] is { } from && trailers[RegistrationMessage.RenumberedDigest] is { } digest && trailers[RegistrationMessage.Model] is { } model)
                renumbered.Add(($"{model}/{from}", digest));
            foreach (var change in commit.Changes)
            {
                var fact = RegistryFact.Of(change.Path[prefix..]);
                if (fact is not { Kind: FactKind.Manifest, Id: { } id }) continue;
                if (!lives.TryGetValue(change.Path, out var life)) lives[change.Path] = life = new Life();
                if (change.After is null) life.Removals.Add(commit);
                else if (life.Contents.All(c => c.Blob != change.After))
                    life.Contents.Add((change.After, commit, trailers[RegistrationMessage.Model] == id.Name.Value && trailers[RegistrationMessage.Version] == id.Version.Value ? trailers : null));
            }
        }

        return lives;
    }
}
