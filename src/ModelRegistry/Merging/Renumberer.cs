using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.History;
using ModelRegistry.Json;
using ModelRegistry.Registration;
using ModelRegistry.Signing;

namespace ModelRegistry.Merging;

/// <summary>
/// The way out where a merge or rebase stops because two registrations took one number: the published one keeps it, the other one gets the
/// next free number, with everything that was said of it, in the commit that ends the merge. Its trailers tell the old number.
/// </summary>
internal sealed class Renumberer(RegistryContext registry)
{
    private static readonly string[] Others = ["MERGE_HEAD", "REBASE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];

    private sealed record Side(GitObjectId Commit, GitObjectId Blob);

    public Renumbering Renumber(ModelId id, KeptSide keep, CancellationToken cancellation)
    {
        var repository = GitRepository.Find(registry.Layout.Root, registry.Options)
            ?? throw Codes.NotARepository.Error($"{registry.Layout.Root} is not in a git repository", "there is nothing to renumber");
        using var transaction = RegistryTransaction.Begin(registry, repository, commits: false, cancellation);
        var file = registry.Layout.Manifest(id);
        var path = repository.PathOf(file);
        var conflicts = repository.Reader.ReadConflicts(null, cancellation);
        if (OtherCommit(repository) is not { } other) throw Nothing(id);
        if (conflicts.FirstOrDefault(c => c.Path == path.Value) is not { Ours: { } ours, Theirs: { } theirs }) return Resume(repository, id, other, conflicts) ?? throw Nothing(id);
        var sides = (Head: new Side(repository.Head(cancellation).Commit!, ours), Other: new Side(other, theirs));
        var (kept, lost) = Decide(repository, id, path, sides.Head, sides.Other, keep, cancellation);

        var blobs = repository.Reader.ReadBlobs([kept.Blob, lost.Blob], cancellation);
        var draft = Read(blobs[1], file);
        var trailers = Trailers.Of(LastChange(repository, path, lost.Commit, cancellation).Message);
        var manifest = Number(id.Name, draft, Read(blobs[0], file), Numbering.Step(trailers[RegistrationMessage.Numbering]) ?? VersionStep.Minor);
        var content = RegistryJson.Write(manifest);
        var made = registry.Layout.Manifest(manifest.Id);
        if (File.Exists(made)) throw Codes.VersionExists.Error($"{made} exists", "commit it, or remove it, and run the command again");
        List<(string File, byte[]? Content)> edits = [(made, content), (file, blobs[0]), .. MovePointers(repository, id, manifest.Version, kept, lost, conflicts, cancellation)];
        transaction.Announce(edits.Where(e => e.Content is not null && !File.Exists(e.File)).Select(e => e.File), edits.Where(e => File.Exists(e.File)).Select(e => e.File), [], staged: true);
        foreach (var edit in edits)
        {
            if (edit.Content is not null) transaction.Replace(edit.File, edit.Content);
            else if (File.Exists(edit.File)) transaction.Remove(edit.File);
        }

        var message = GitCommit.Message($"register {manifest.Id}, which was {id}", RegistrationMessage.Trailers(manifest, content, trailers[RegistrationMessage.Numbering])
            .Append((RegistrationMessage.RenumberedFrom, id.Version.Value)).Append((RegistrationMessage.RenumberedDigest, Digest.Of(blobs[1]!).Value)));
        WriteMessage(repository, message);
        // One process changes the index, so that a crash leaves the conflict as it was or resolved.
        Check(repository.TryWrite(["add", "--all", "--force", "--sparse", "--", .. edits.Select(e => repository.PathOf(e.File).Pathspec)], cancellation: cancellation));
        transaction.Complete(message, cancellation);
        registry.Families.Forget(id.Name);
        var open = repository.Reader.ReadConflicts(null, cancellation).Select(c => c.Path).ToList();
        return new Renumbering(id, manifest.Id, Conclude(repository, other, message, open), open);
    }

    private static ModelRegistryException Nothing(ModelId id) =>
        Codes.NothingToRenumber.Error($"no merge or rebase stops at two registrations of {id}", "a registered version keeps its number; 'modelreg doctor' shows what is open");

    // Killed when the files were in the index and the commit was not made: the message that waits says what it was about.
    private static Renumbering? Resume(GitRepository repository, ModelId id, GitObjectId other, IReadOnlyList<GitConflict> conflicts)
    {
        var file = MessageFiles(repository).First();
        if (!File.Exists(file) || File.ReadAllText(file) is var message && Trailers.Of(message) is var trailers && (trailers[RegistrationMessage.Model] != id.Name.Value || trailers[RegistrationMessage.RenumberedFrom] != id.Version.Value)) return null;
        if (!ModelVersion.TryParse(trailers[RegistrationMessage.Version], out var version)) return null;
        var open = conflicts.Select(c => c.Path).ToList();
        return new Renumbering(id, new ModelId(id.Name, version), Conclude(repository, other, message, open), open);
    }

    // Where git looks for the message of the commit that ends a merge, and that of a step of a rebase.
    private static IEnumerable<string> MessageFiles(GitRepository repository)
    {
        yield return Path.Combine(repository.GitDirectory, "MERGE_MSG");
        if (Directory.Exists(Path.Combine(repository.GitDirectory, "rebase-merge"))) yield return Path.Combine(repository.GitDirectory, "rebase-merge", "message");
    }

    private static void WriteMessage(GitRepository repository, string message)
    {
        foreach (var file in MessageFiles(repository)) AtomicFile.Replace(file, repository.EncodeMessage(message));
    }

    private static GitObjectId? OtherCommit(GitRepository repository) => Others
        .Select(name => Path.Combine(repository.GitDirectory, name))
        .Where(File.Exists)
        .Select(file => GitObjectId.TryParse(File.ReadLines(file).FirstOrDefault()?.Trim(), out var id) ? id : null)
        .FirstOrDefault(commit => commit is not null);

    private static (Side Kept, Side Lost) Decide(GitRepository repository, ModelId id, GitPath path, Side head, Side other, KeptSide keep, CancellationToken cancellation)
    {
        if (keep == KeptSide.Head) return (head, other);
        if (keep == KeptSide.Other) return (other, head);
        bool IsPublished(Side side) => repository.Run(
            ["for-each-ref", "--count=1", "--format=%(refname)", "--contains", LastChange(repository, path, side.Commit, cancellation).Id.Hex, "refs/remotes"], cancellation).Length > 0;
        return (IsPublished(head), IsPublished(other)) switch
        {
            (true, true) => throw Codes.VersionTakenTwice.Error($"both registrations of {id} are published", "say whose number others use: --keep head or --keep other"),
            (_, true) => (other, head),
            _ => (head, other),
        };
    }

    private static GitCommitRecord LastChange(GitRepository repository, GitPath path, GitObjectId from, CancellationToken cancellation) =>
        repository.Reader.ReadHistory(new GitHistoryQuery { Below = path, From = from, Limit = 1 }, cancellation).First();

    private Manifest Number(ModelName name, Manifest draft, Manifest kept, VersionStep step)
    {
        // The conflicted file cannot be read; it is the kept one.
        var others = Directory.EnumerateFiles(registry.Layout.Versions(name), "*.json")
            .Select(f => ModelVersion.TryParse(Path.GetFileNameWithoutExtension(f), out var version) ? version : null)
            .OfType<ModelVersion>().Where(v => v != kept.Version)
            .Select(v => registry.ReadManifest(new ModelId(name, v))).Append(kept).ToList();
        var highest = others.MaxBy(m => m.Version)!;
        return draft with { Version = Numbering.Next(highest.Version, step, () => highest, draft), CreatedAt = Numbering.After(others.Max(m => m.CreatedAt), draft.CreatedAt) };
    }

    // What was said of the version that lost its number goes with it: its verification and yank, and the aliases that its side moved.
    private IEnumerable<(string File, byte[]? Content)> MovePointers(GitRepository repository, ModelId id, ModelVersion version, Side kept, Side lost, IReadOnlyList<GitConflict> conflicts, CancellationToken cancellation)
    {
        var layout = registry.Layout;
        var made = new ModelId(id.Name, version);
        byte[] Content(GitObjectId blob) => repository.Reader.ReadBlobs([blob], cancellation)[0] ?? throw Codes.GitFailed.Error($"{blob.Abbreviated} is not in the repository, or larger than any file of a registry", "run 'git fsck'");
        foreach (var (from, to) in new[] { (layout.Verification(id), layout.Verification(made)), (layout.Yank(id), layout.Yank(made)) })
        {
            var (before, after) = (At(repository, kept, from, cancellation), At(repository, lost, from, cancellation));
            if (after is null || after == before) continue;
            yield return (to, Content(after));
            yield return (from, before is null ? null : Content(before));
        }

        // A signature vouches for files and goes along; provenance names the manifest with its number, and is stated again by who can.
        foreach (var signature in FolderFiles.Named(layout.Signatures(id), "*"))
        {
            if (At(repository, kept, signature, cancellation) is not null || At(repository, lost, signature, cancellation) is not { } written) continue;
            if (!signature.EndsWith(VersionSignatures.ProvenanceSuffix, StringComparison.Ordinal)) yield return (Path.Combine(layout.Signatures(made), Path.GetFileName(signature)), Content(written));
            yield return (signature, null);
        }

        foreach (var alias in FolderFiles.Named(layout.Aliases(id.Name), "*.json"))
        {
            if (conflicts.Any(c => c.Path == repository.PathOf(alias).Value)) continue;
            var moved = At(repository, lost, alias, cancellation);
            if (moved is null || moved == At(repository, kept, alias, cancellation)) continue;
            var record = RegistryDocument.Read<AliasRecord>(alias, Codes.SettingsInvalid);
            if (record.Version == id.Version) yield return (alias, RegistryJson.Write(record with { Version = version }));
        }
    }

    private static GitObjectId? At(GitRepository repository, Side side, string file, CancellationToken cancellation) =>
        repository.Reader.ReadTree(side.Commit, repository.PathOf(file), cancellation) is [var entry] ? entry.Blob : null;

    private static string? Conclude(GitRepository repository, GitObjectId other, string message, List<string> open)
    {
        // Whoever resolves the rest commits with the message that waits.
        if (open.Count > 0) return null;
        var isMerge = File.Exists(Path.Combine(repository.GitDirectory, "MERGE_HEAD"));
        // What is replayed by a rebase stays its author's.
        string[] author = isMerge ? [] : ["--author=" + Show(repository, "%an <%ae>", other), "--date=" + Show(repository, "%aI", other)];
        Check(repository.TryWrite(["commit", "--quiet", "--cleanup=verbatim", "--file=-", .. author], repository.EncodeMessage(message)));
        return repository.Head().Commit?.Hex;
    }

    private static string Show(GitRepository repository, string format, GitObjectId commit) => repository.Run(["show", "-s", "--format=" + format, commit.Hex]).Trim();

    private static Manifest Read(byte[]? content, string file)
    {
        try
        {
            return RegistryJson.Read<Manifest>(content);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw RegistryDocument.Invalid(Codes.ManifestInvalid, file, failure);
        }
    }

    private static void Check(GitResult result)
    {
        if (!result.Succeeded) throw Codes.CommitRefused.Error($"git refused: {result.Reason}", "the merge is still open; see to what refused it and run the command again");
    }
}
