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
        if (conflicts.FirstOrDefault(c => c.Path == path.Value) is not { Ours: { } ours, Theirs: { } theirs } || OtherCommit(repository) is not { } other)
            throw Codes.NothingToRenumber.Error($"no merge or rebase stops at two registrations of {id}", "a registered version keeps its number; 'modelreg doctor' shows what is open");
        var sides = (Head: new Side(repository.Head(cancellation).Commit!, ours), Other: new Side(other, theirs));
        var (kept, lost) = Decide(repository, id, path, sides.Head, sides.Other, keep, cancellation);

        var blobs = repository.Reader.ReadBlobs([kept.Blob, lost.Blob], cancellation);
        var draft = Read(blobs[1], file);
        var trailers = Trailers.Of(LastChange(repository, path, lost.Commit, cancellation).Message);
        var manifest = Number(id.Name, draft, Read(blobs[0], file), Numbering.Step(trailers[RegistrationMessage.Numbering]) ?? VersionStep.Minor);
        var content = RegistryJson.Write(manifest);
        var made = registry.Layout.Manifest(manifest.Id);
        Links.Refuse(registry.Layout.Root, made);
        if (!AtomicFile.Guard(Codes.RegistryUnwritable, made, () => AtomicFile.TryCreate(made, content))) throw Codes.VersionExists.Error($"{made} exists", "remove it if a renumbering was interrupted, and run the command again");
        var touched = new List<string> { made, file };
        touched.AddRange(MovePointers(repository, id, manifest.Version, kept, lost, conflicts, cancellation));
        AtomicFile.Replace(file, blobs[0]);
        // One process changes the index, so that a crash leaves the conflict as it was or resolved.
        Check(repository.TryWrite(["add", "--all", "--force", "--sparse", "--", .. touched.Select(f => repository.PathOf(f).Pathspec)], cancellation: cancellation));
        registry.Families.Forget(id.Name);
        var message = RegistrationMessage.Trailers(manifest, content, trailers[RegistrationMessage.Numbering])
            .Append((RegistrationMessage.RenumberedFrom, id.Version.Value)).Append((RegistrationMessage.RenumberedDigest, Digest.Of(blobs[1]!).Value));
        var open = repository.Reader.ReadConflicts(null, cancellation).Select(c => c.Path).ToList();
        return new Renumbering(id, manifest.Id, Conclude(repository, manifest.Id, id, lost, message, open), open);
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
    private IEnumerable<string> MovePointers(GitRepository repository, ModelId id, ModelVersion version, Side kept, Side lost, IReadOnlyList<GitConflict> conflicts, CancellationToken cancellation)
    {
        var layout = registry.Layout;
        var made = new ModelId(id.Name, version);
        foreach (var (from, to) in new[] { (layout.Verification(id), layout.Verification(made)), (layout.Yank(id), layout.Yank(made)) })
        {
            var (before, after) = (At(repository, kept, from, cancellation), At(repository, lost, from, cancellation));
            if (after is null || after == before) continue;
            AtomicFile.Replace(to, repository.Reader.ReadBlobs([after], cancellation)[0]);
            if (before is null) File.Delete(from);
            else AtomicFile.Replace(from, repository.Reader.ReadBlobs([before], cancellation)[0]);
            yield return to;
            yield return from;
        }

        // A signature vouches for files and goes along; provenance names the manifest with its number, and is stated again by who can.
        foreach (var signature in FolderFiles.Named(layout.Signatures(id), "*"))
        {
            if (At(repository, kept, signature, cancellation) is not null || At(repository, lost, signature, cancellation) is not { } written) continue;
            if (!signature.EndsWith(VersionSignatures.ProvenanceSuffix, StringComparison.Ordinal))
            {
                var place = Path.Combine(layout.Signatures(made), Path.GetFileName(signature));
                AtomicFile.Replace(place, repository.Reader.ReadBlobs([written], cancellation)[0]);
                yield return place;
            }

            File.Delete(signature);
            yield return signature;
        }

        foreach (var alias in FolderFiles.Named(layout.Aliases(id.Name), "*.json"))
        {
            if (conflicts.Any(c => c.Path == repository.PathOf(alias).Value)) continue;
            var moved = At(repository, lost, alias, cancellation);
            if (moved is null || moved == At(repository, kept, alias, cancellation)) continue;
            var record = RegistryDocument.Read<AliasRecord>(alias, Codes.SettingsInvalid);
            if (record.Version != id.Version) continue;
            AtomicFile.Replace(alias, RegistryJson.Write(record with { Version = version }));
            yield return alias;
        }
    }

    private static GitObjectId? At(GitRepository repository, Side side, string file, CancellationToken cancellation) =>
        repository.Reader.ReadTree(side.Commit, repository.PathOf(file), cancellation) is [var entry] ? entry.Blob : null;

    private static string? Conclude(GitRepository repository, ModelId made, ModelId old, Side lost, IEnumerable<(string Key, string? Value)> trailers, List<string> open)
    {
        var message = GitCommit.Message($"register {made}, which was {old}", trailers);
        if (open.Count > 0)
        {
            // Whoever resolves the rest commits with this message.
            File.WriteAllText(Path.Combine(repository.GitDirectory, "MERGE_MSG"), message);
            return null;
        }

        var isMerge = File.Exists(Path.Combine(repository.GitDirectory, "MERGE_HEAD"));
        // What is replayed by a rebase stays its author's.
        string[] author = isMerge ? [] : ["--author=" + Author(repository, lost), "--date=" + repository.Run(["show", "-s", "--format=%aI", lost.Commit.Hex]).Trim()];
        Check(repository.TryWrite(["commit", "--quiet", "--cleanup=verbatim", "--file=-", .. author], repository.EncodeMessage(message)));
        return repository.Head().Commit?.Hex;
    }

    private static string Author(GitRepository repository, Side side) => repository.Run(["show", "-s", "--format=%an <%ae>", side.Commit.Hex]).Trim();

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
