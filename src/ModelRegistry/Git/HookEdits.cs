using System.Text.Json;
using System.Text.Json.Nodes;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>A file that a commit is about.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Path">Where it stands in the repository.</param>
/// <param name="Content">What was written; null where nobody but git cares: a blob, or a file that is removed.</param>
internal sealed record CommittedFile(string File, GitPath Path, byte[]? Content);

/// <summary>
/// What a hook or a filter made of the files of a commit. A formatter's version is replaced by what was written, because the digest of a manifest is
/// the digest of its bytes; a hook that changes what a file says has refused the commit.
/// </summary>
internal static class HookEdits
{
    /// <summary>The files that are not on disk, in the index and in the commit as they were written, with what became of them.</summary>
    public static IReadOnlyList<(CommittedFile File, byte[]? Now)> Find(GitRepository repository, GitObjectId commit, IEnumerable<CommittedFile> files)
    {
        var edits = new List<(CommittedFile, byte[]?)>();
        foreach (var file in files.Where(f => f.Content is not null))
        {
            var now = System.IO.File.Exists(file.File) ? System.IO.File.ReadAllBytes(file.File) : null;
            if (now is null || !now.AsSpan().SequenceEqual(file.Content))
            {
                edits.Add((file, now));
                continue;
            }

            // The disk is as it was; a filter, or a hook that changed the index alone, shows in what was committed. What is packed already was made by neither.
            if (LooseObjects.TryFind(repository.Location, commit, file.Path, out var committed) && committed is not null
                && (!committed.IsOf(file.Content) || (GitIndex.Find(repository.Location, file.Path) is { } staged && staged.Blob != committed)))
                edits.Add((file, LooseObjects.Blob(repository.Location, committed)));
        }

        return edits;
    }

    /// <summary>Takes the commit back, puts the files back as they were written and commits again; refuses where the hook changed facts.</summary>
    /// <exception cref="ModelRegistryException">MR0413.</exception>
    public static GitObjectId PutBack(GitRepository repository, IReadOnlyList<(CommittedFile File, byte[]? Now)> edits, GitObjectId? before, GitObjectId commit, IReadOnlyCollection<CommittedFile> files, Func<GitObjectId> again)
    {
        var changed = edits.FirstOrDefault(edit => !SaysTheSame(edit.File.Content!, edit.Now)).File;
        TakeBack(repository, before, commit);
        foreach (var (file, _) in edits) AtomicFile.Replace(file.File, file.Content);
        if (changed is not null) throw Refused(changed);
        var second = again();
        if (Find(repository, second, files) is [var (stubborn, _), ..])
        {
            TakeBack(repository, before, second);
            throw Refused(stubborn);
        }

        repository.Log.Warn(Codes.HookEditedFile, $"a git hook reformatted {string.Join(", ", edits.Select(e => e.File.Path))}; committed as written, because a manifest's digest is that of its bytes: leave the registry out of the hook");
        return second;
    }

    private static ModelRegistryException Refused(CommittedFile file) =>
        Codes.HookChangedFacts.Error(
            $"a git hook or filter changed what {file.Path} says while it was committed",
            "nothing was registered; leave the registry out of it (out of a filter such as Git LFS by a line 'registry/** -filter' at the end of .gitattributes), or use --no-commit");

    private static void TakeBack(GitRepository repository, GitObjectId? before, GitObjectId commit)
    {
        string[] arguments = before is null ? ["update-ref", "-d", "HEAD", commit.Hex] : ["update-ref", "-m", "modelreg: taken back", "HEAD", before.Hex, commit.Hex];
        var undone = repository.TryWrite(arguments);
        if (!undone.Succeeded) throw Codes.HookChangedFacts.Error($"a git hook changed the registry's files in {commit.Abbreviated}, and another commit followed at once: {undone.Reason}", "look at that commit, and leave the registry out of the hook");
    }

    private static bool SaysTheSame(byte[] written, byte[]? now)
    {
        try
        {
            return now is not null && JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(now));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
