using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Json;
using ModelRegistry.Names;
using ModelRegistry.Registration;
using ModelRegistry.Stores;

namespace ModelRegistry.History;

/// <summary>
/// Tells who did what and when. What was done is derived from the files that a commit adds, changes or removes, so that a squash merge, a
/// rebase or a commit made by hand tells the truth; the message and its trailers only add the reason.
/// </summary>
internal sealed class AuditTrail(RegistryContext registry)
{
    // Of commits that are read one by one; a longer way is read at once.
    private const int LongestStep = 200;

    private sealed record Change(GitCommitRecord Commit, Trailers Trailers, RegistryFact Fact, GitChange File);

    public IReadOnlyList<AuditEntry> Read(ModelName? name, int limit, CancellationToken cancellation)
    {
        var repository = registry.RepositoryOfHistory();
        var boundary = repository.Location.Boundary();
        var entries = new List<AuditEntry>();
        var root = repository.TryPathOf(registry.Layout.Root)?.Value;
        GitObjectId? from = null;
        while (true)
        {
            var below = GitPath.TryParse(Join(root, name?.Value), out var path) ? path : null;
            var commits = repository.Reader.ReadHistory(new GitHistoryQuery { Below = below, From = from, Limit = limit == int.MaxValue ? limit : limit - entries.Count }, cancellation).ToList();
            var moved = commits.Count > 0 ? FindMove(repository, commits[^1], root, cancellation) : null;
            entries.AddRange(Entries(repository, commits.Where(c => !boundary.Contains(c.Id) && c != moved?.Commit), root, cancellation));
            if (moved is null || entries.Count >= limit) break;
            entries.Add(Entry(moved.Value.Commit, "move"));
            (from, root) = (moved.Value.Commit.Parents[0], moved.Value.From);
        }

        if (boundary.Count > 0)
            registry.Options.Log.Warn(Codes.ShallowHistory, $"the clone is shallow: what was done before {string.Join(", ", boundary.Select(id => id.Abbreviated).Order(StringComparer.Ordinal).Take(3))} cannot be seen; run 'git fetch --unshallow'");
        return entries.Count > limit ? entries[..limit] : entries;
    }

    public IReadOnlyList<AuditEntry>? ReadSince(string since, CancellationToken cancellation)
    {
        var repository = registry.RepositoryOfHistory();
        if (!GitObjectId.TryParse(since, out var from) || repository.Head(cancellation).Commit is not { } head || repository.Location.Boundary().Count > 0) return null;
        List<GitCommitRecord> commits;
        try
        {
            commits = [.. repository.Reader.ReadHistory(new GitHistoryQuery { From = head, Until = from, Limit = LongestStep }, cancellation)];
        }
        catch (ModelRegistryException)
        {
            // A commit that this repository does not have, or has no more.
            return null;
        }

        var at = head;
        foreach (var commit in commits)
        {
            if (commit.Id != at || commit.Parents is not [var parent]) return null;
            at = parent;
        }

        return at == from ? Entries(repository, commits, repository.TryPathOf(registry.Layout.Root)?.Value, cancellation) : null;
    }

    private static List<AuditEntry> Entries(GitRepository repository, IEnumerable<GitCommitRecord> commits, string? root, CancellationToken cancellation)
    {
        var changes = commits.Select(commit => (Commit: commit, Changes: Changes(commit, root))).ToList();
        var wanted = changes.SelectMany(c => c.Changes).Where(c => c.Fact.Kind is FactKind.Manifest or FactKind.Alias or FactKind.Yank).Select(c => c.File.After).OfType<GitObjectId>().Distinct().ToList();
        var blobs = wanted.Zip(repository.Reader.ReadBlobs(wanted, cancellation)).ToDictionary(pair => pair.First, pair => pair.Second);
        var entries = new List<AuditEntry>();
        foreach (var (commit, files) in changes)
        {
            // Newest first, also among what one commit did: a version is registered before anything else is said of it.
            var facts = files.Where(c => c.Fact.Kind != FactKind.Other).OrderByDescending(c => c.Fact.Kind).ThenByDescending(c => c.File.Path, StringComparer.Ordinal).ToList();
            if (facts.Count == 0 && files.Count > 0) entries.Add(Entry(commit, "change") with { Model = files[0].Fact.Name?.Value });
            entries.AddRange(facts.Select(fact => Entry(fact, fact.File.After is { } after ? blobs.GetValueOrDefault(after) : null)));
        }

        return entries;
    }

    // A merge counts only for what it made different from each of its parents; everything else was done by the commits that it brings.
    private static List<Change> Changes(GitCommitRecord commit, string? root)
    {
        var trailers = Trailers.Of(commit.Message);
        var prefix = root is null ? "" : root + "/";
        return [.. commit.Changes
            .GroupBy(c => c.Path, StringComparer.Ordinal)
            .Where(paths => paths.Key.StartsWith(prefix, StringComparison.Ordinal) && paths.Count() >= Math.Max(1, commit.Parents.Count))
            .Select(paths => new Change(commit, trailers, RegistryFact.Of(paths.Key[prefix.Length..]), paths.First()))];
    }

    private static AuditEntry Entry(GitCommitRecord commit, string action) => new()
    {
        Commit = commit.Id.Hex,
        Author = commit.Author,
        At = commit.At,
        Subject = commit.Message.Split('\n', 2)[0].TrimEnd('\r'),
        Action = action,
    };

    private static AuditEntry Entry(Change change, byte[]? content)
    {
        var (fact, trailers) = (change.Fact, change.Trailers);
        var (added, removed) = (change.File.Before is null, change.File.After is null);
        var isNamed = trailers[RegistrationMessage.Model] == fact.Name!.Value;
        var entry = Entry(change.Commit, "change") with { Model = fact.Name.Value, Version = fact.Kind == FactKind.Alias ? null : fact.Key, Reason = isNamed ? trailers["Reason"] : null };
        switch (fact.Kind)
        {
            case FactKind.Manifest:
                var isOwn = isNamed && trailers[RegistrationMessage.Version] == fact.Key;
                return entry with
                {
                    Action = removed ? "remove" : added ? "register" : "alter",
                    Digest = (isOwn ? trailers[RegistrationMessage.ArtifactDigest] : null) ?? Read<Manifest>(content)?.Weights.Digest.Value,
                    SourceCommit = isOwn ? trailers[RegistrationMessage.SourceCommit] : null,
                    RenumberedFrom = isOwn ? trailers[RegistrationMessage.RenumberedFrom] : null,
                    Contradiction = isOwn ? Contradiction(trailers, content) : null,
                };
            case FactKind.Alias:
                var alias = Read<AliasRecord>(content);
                return entry with { Action = removed ? "unalias" : "promote", Alias = fact.Key, Version = alias?.Version.Value, Reason = alias?.Reason ?? entry.Reason };
            case FactKind.Yank:
                return entry with { Action = removed ? "unyank" : "yank", Reason = Read<YankRecord>(content)?.Reason ?? entry.Reason };
            default:
                return entry with { Action = removed ? "change" : fact.Kind == FactKind.Signature ? "sign" : "verify" };
        }
    }

    /// <summary>What a registration's trailers say of the manifest's bytes, where these are others.</summary>
    public static string? Contradiction(Trailers trailers, byte[]? manifest) =>
        trailers[RegistrationMessage.ManifestDigest] is { } said && manifest is not null && Digest.Of(manifest).Value != said && GitLfs.DigestIn(manifest) != said
            ? $"the commit names the manifest {Printable.Quote(said)}, its file is {Digest.Of(manifest)}"
            : null;

    private static T? Read<T>(byte[]? content)
        where T : class
    {
        try
        {
            return content is null ? null : RegistryJson.Read<T>(content);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ModelRegistryException)
        {
            // History keeps also what was never in order; doctor speaks of it.
            return null;
        }
    }

    /// <summary>Whether the oldest commit that is seen brought a registry from elsewhere in the repository, and from where.</summary>
    private static (GitCommitRecord Commit, string? From)? FindMove(GitRepository repository, GitCommitRecord oldest, string? root, CancellationToken cancellation)
    {
        var added = Changes(oldest, root).Where(c => c is { Fact.Kind: FactKind.Manifest, File: { Before: null, After: not null } }).ToList();
        if (oldest.Parents.Count != 1 || added.Count == 0 || added[0].Trailers[RegistrationMessage.Version] is not null) return null;
        var whole = repository.Reader.ReadHistory(new GitHistoryQuery { From = oldest.Id, Limit = 1 }, cancellation).First();
        var sample = added[0];
        var inside = sample.File.Path[(root is null ? 0 : root.Length + 1)..];
        var old = whole.Changes.FirstOrDefault(c => c.After is null && c.Before == sample.File.After && (c.Path == inside || c.Path.EndsWith("/" + inside, StringComparison.Ordinal)));
        if (old is null) return null;
        return (oldest, old.Path.Length == inside.Length ? null : old.Path[..^(inside.Length + 1)]);
    }

    private static string? Join(string? root, string? name) => root is null ? name : name is null ? root : root + "/" + name;
}
