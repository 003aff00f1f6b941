using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.History;
using ModelRegistry.Json;
using ModelRegistry.Registration;
using ModelRegistry.Signing;

namespace ModelRegistry.Syncing;

/// <summary>
/// Works out what local commits become behind what the remote has: content that is there already is dropped in favour of its version, an
/// automatically numbered version that lost its number gets the next one, a registration behind a newer one gets a later time, and what
/// was said of a version follows it. Nothing is written.
/// </summary>
internal sealed class Replay(GitObjects objects, GitObjectId remote, string? root, string? store)
{
    private readonly Dictionary<string, ReplayedFile> _overlay = new(StringComparer.Ordinal);
    private readonly Dictionary<ModelName, Published> _published = [];
    private readonly Dictionary<ModelId, ModelId> _names = [];
    private readonly string _prefix = root is null ? "" : root + "/";

    /// <summary>What the remote has of a family that the local history does not know, and what was replayed onto it.</summary>
    private sealed class Published
    {
        public List<(ModelId Id, byte[] Fingerprint)> Contents { get; } = [];

        public DateTimeOffset? Newest { get; set; }
    }

    public List<VersionRename> Renumbered { get; } = [];

    public List<VersionRename> Dropped { get; } = [];

    /// <summary>Registers what the remote's own commits brought.</summary>
    public void Know(IEnumerable<GitCommitRecord> theirs)
    {
        foreach (var change in theirs.SelectMany(c => c.Changes))
        {
            if (Fact(change.Path) is not { Kind: FactKind.Manifest, Id: { } id } || change.After is not { } blob || objects.Blob(blob.Hex) is not (_, var content)) continue;
            if (TryRead<Manifest>(content) is { } manifest) Add(id, manifest);
        }
    }

    /// <summary>What a commit becomes; null where nothing of it is left to do.</summary>
    public ReplayedCommit? Apply(GitCommitRecord commit)
    {
        var trailers = Trailers.Of(commit.Message);
        var files = new List<ReplayedFile>();
        var message = commit.Message;
        var registers = false;
        // A merge counts for what it made itself; the commits that it brings are replayed on their own.
        var changes = commit.Changes.GroupBy(c => c.Path, StringComparer.Ordinal).Where(g => g.Count() >= Math.Max(1, commit.Parents.Count)).Select(g => g.First())
            .OrderBy(c => Fact(c.Path).Kind == FactKind.Manifest ? 0 : 1).ToList();
        foreach (var change in changes)
        {
            if (!IsOurs(change.Path))
                throw Codes.SyncForeignCommit.Error($"{commit.Id.Abbreviated} changes {change.Path}, which is not the registry's", "push your other commits with git first, or keep the registry on a branch of its own");
            var fact = Fact(change.Path);
            if (fact is { Kind: FactKind.Manifest, Id: { } id } && change is { Before: null, After: not null })
            {
                if (Register(commit, trailers, id, change, ref message) is not { } file) continue;
                registers = true;
                files.Add(file);
            }
            else if (Follow(change, fact, registers) is { } followed)
            {
                files.Add(followed);
            }
        }

        if (!registers && trailers[RegistrationMessage.Model] is { } model && trailers[RegistrationMessage.Version] is { } said && ModelVersion.TryParse(said, out var version)
            && ModelName.TryParse(model, out var named) && _names.TryGetValue(new ModelId(named, version), out var now)) message = ReplayedMessage.About(message, new ModelId(named, version), now);
        foreach (var file in files) _overlay[file.Path] = file;
        return files.Count == 0 ? null : new ReplayedCommit(commit, message, files);
    }

    private ReplayedFile? Register(GitCommitRecord commit, Trailers trailers, ModelId id, GitChange change, ref string message)
    {
        var content = objects.Blob(change.After!.Hex)?.Content ?? throw Codes.GitFailed.Error($"the manifest of {id} is not in the repository", "run 'git fsck'");
        if (TryRead<Manifest>(content) is not { } manifest) throw Codes.ManifestInvalid.Error($"the manifest of {id} in {commit.Id.Abbreviated} cannot be read", "mend it before it is shared");
        var published = Of(id.Name);
        var fingerprint = ManifestDraft.Fingerprint(WithNames(manifest));
        if (published.Contents.FirstOrDefault(p => p.Fingerprint.AsSpan().SequenceEqual(fingerprint)) is { Id: { } known })
        {
            if (known != id) Dropped.Add(new VersionRename(id, known));
            _names[id] = known;
            return null;
        }

        var changed = WithNames(manifest);
        var isTaken = Current(change.Path) is not null;
        if (isTaken) changed = changed with { Version = NextNumber(id, changed, trailers) };
        changed = changed with { CreatedAt = Numbering.After(published.Newest, changed.CreatedAt) };
        if (isTaken)
        {
            _names[id] = changed.Id;
            Renumbered.Add(new VersionRename(id, changed.Id));
        }

        Add(changed.Id, changed);
        if (changed == manifest) return new ReplayedFile(change.Path, change.After, null);
        var bytes = RegistryJson.Write(changed);
        message = ReplayedMessage.Of(message, id, changed, bytes);
        return new ReplayedFile($"{_prefix}{id.Name}/{RegistryLayout.VersionsFolder}/{changed.Version}.json", null, bytes);
    }

    private ModelVersion NextNumber(ModelId id, Manifest manifest, Trailers trailers)
    {
        var isOwn = trailers[RegistrationMessage.Model] == id.Name.Value && trailers[RegistrationMessage.Version] == id.Version.Value;
        if (!isOwn || Numbering.Step(trailers[RegistrationMessage.Numbering]) is not { } step)
            throw Codes.VersionExists.Error($"{id} is on the remote with other content, and its number was chosen by hand", $"register it again under another number, or run 'git pull --rebase', 'modelreg renumber {id}', 'git rebase --continue', and sync again");
        var folder = $"{_prefix}{id.Name}/{RegistryLayout.VersionsFolder}";
        var highest = objects.Folder(remote, folder).Select(e => e.Name)
            .Concat(_overlay.Values.Where(f => f.Path.StartsWith(folder + "/", StringComparison.Ordinal) && (f.Blob ?? (object?)f.Content) is not null).Select(f => f.Path[(folder.Length + 1)..]))
            .Select(name => ModelVersion.TryParse(Path.GetFileNameWithoutExtension(name), out var version) ? version : null).OfType<ModelVersion>().Max()!;
        return Numbering.Next(highest, step, () => TryRead<Manifest>(Current($"{folder}/{highest}.json")?.Content) ?? manifest, manifest);
    }

    // Everything else that a commit says: it goes where its version went, and must not contradict what is there.
    private ReplayedFile? Follow(GitChange change, RegistryFact fact, bool registers)
    {
        var path = change.Path;
        byte[]? content = null;
        if (fact.Id is { } id && _names.TryGetValue(id, out var renamed))
        {
            // A signature vouches for files and goes along; provenance names the manifest, which has another number now.
            if (path.EndsWith(VersionSignatures.ProvenanceSuffix, StringComparison.Ordinal))
                throw Codes.SyncConflict.Error($"{id} lost its number to another registration, and its signed provenance names that number", "register it again with --provenance, or sync without the provenance");
            path = fact.Kind == FactKind.Signature
                ? path.Replace($"/{RegistryLayout.SignaturesFolder}/{id.Version}/", $"/{RegistryLayout.SignaturesFolder}/{renamed.Version}/", StringComparison.Ordinal)
                : path.Replace($"/{id.Version}.json", $"/{renamed.Version}.json", StringComparison.Ordinal);
        }

        if (change.After is { } after && fact.Kind is FactKind.Alias or FactKind.Yank && objects.Blob(change.After.Hex) is (_, var written)) content = Renamed(fact, written);
        var current = Current(path);
        var isThere = change.After is null ? current is null : current?.Id == change.After || (content is not null && current?.Content.AsSpan().SequenceEqual(content) == true);
        if (isThere) return null;
        if (current?.Id != change.Before && !(current is not null && change.Before is not null && IsReplaced(path)))
        {
            // Two clones that begin a family each write its settings: the published ones hold.
            if (registers && fact is { Kind: FactKind.Other, Name: not null }) return null;
            // A version that is published already was judged there already.
            if (path != change.Path && current is not null && fact.Kind is FactKind.Verification or FactKind.Yank or FactKind.Signature) return null;
            throw Codes.SyncConflict.Error($"{path} was changed here and on the remote", (fact.Kind == FactKind.Alias ? $"both moved @{fact.Key}: " : "") + "run 'git pull --rebase', take the remote's side of that file with 'git checkout --ours' or yours with '--theirs', 'git add' it, 'git rebase --continue', and sync again");
        }

        return new ReplayedFile(path, content is null ? change.After : null, content);
    }

    private bool IsReplaced(string path) => _overlay.ContainsKey(path);

    private byte[]? Renamed(RegistryFact fact, byte[] content)
    {
        ModelVersion? To(ModelVersion? version) => version is not null && _names.TryGetValue(new ModelId(fact.Name!, version), out var renamed) ? renamed.Version : null;
        if (fact.Kind == FactKind.Alias) return TryRead<AliasRecord>(content) is { } alias && To(alias.Version) is { } target ? RegistryJson.Write(alias with { Version = target }) : null;
        return TryRead<YankRecord>(content) is { } yank && To(yank.Replacement) is { } replacement ? RegistryJson.Write(yank with { Replacement = replacement }) : null;
    }

    private Manifest WithNames(Manifest manifest) =>
        manifest.Lineage?.Parent is { } parent && _names.TryGetValue(parent, out var renamed) ? manifest with { Lineage = manifest.Lineage with { Parent = renamed } } : manifest;

    private (GitObjectId? Id, byte[] Content)? Current(string path)
    {
        if (!_overlay.TryGetValue(path, out var replayed)) return objects.Blob($"{remote}:{path}") is (var id, var found) ? (id, found) : null;
        if (replayed.Content is not null) return (null, replayed.Content);
        return replayed.Blob is { } blob && objects.Blob(blob.Hex) is (_, var content) ? (blob, content) : null;
    }

    private void Add(ModelId id, Manifest manifest)
    {
        var published = Of(id.Name);
        published.Contents.Add((id, ManifestDraft.Fingerprint(manifest)));
        if (published.Newest is null || manifest.CreatedAt > published.Newest) published.Newest = manifest.CreatedAt;
    }

    private Published Of(ModelName name) => _published.TryGetValue(name, out var known) ? known : _published[name] = new Published();

    private bool IsOurs(string path) => path.StartsWith(_prefix, StringComparison.Ordinal) || (store is not null && path.StartsWith(store + "/", StringComparison.Ordinal));

    private RegistryFact Fact(string path) => path.StartsWith(_prefix, StringComparison.Ordinal) ? RegistryFact.Of(path[_prefix.Length..]) : default;

    private static T? TryRead<T>(byte[]? content)
        where T : class
    {
        try
        {
            return content is null ? null : RegistryJson.Read<T>(content);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ModelRegistryException)
        {
            return null;
        }
    }
}
