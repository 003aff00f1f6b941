using System.Runtime.ExceptionServices;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>Commits a few paths and nothing else: what the user had staged or changed stays as it was. Hooks and signing run as configured.</summary>
internal static class GitCommit
{
    private static readonly string[] InProgress = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"];

    /// <summary>Whether a merge, rebase or cherry-pick waits for the user.</summary>
    public static bool IsBusy(GitRepository repository) => InProgress.Any(name => Path.Exists(Path.Combine(repository.GitDirectory, name)));

    /// <summary>Throws where git would refuse to commit single paths.</summary>
    /// <exception cref="ModelRegistryException">MR0408.</exception>
    public static void ThrowIfBusy(GitRepository repository)
    {
        if (IsBusy(repository))
            throw Codes.MergeInProgress.Error($"a merge, rebase or cherry-pick is in progress in {repository.WorkTree}", "finish or abort it first ('git status' says how), or use --no-commit");
    }

    /// <summary>Commits: one process that adds, one that commits.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="files">The files; those that are not there any more are committed as removed.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellation">Stops it before the commit begins.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="ModelRegistryException">MR0404, MR0405, MR0406, MR0413.</exception>
    public static GitObjectId Commit(GitRepository repository, IReadOnlyCollection<CommittedFile> files, string message, CancellationToken cancellation)
    {
        var before = repository.Head(cancellation).Commit;
        Add(repository, files, cancellation);
        // From here on the commit is made or refused by git alone; stopping half-way would leave a question.
        var commit = CommitOnly(repository, before, files, message, []);
        if (HookEdits.Find(repository, commit, files) is not { Count: > 0 } edits) return commit;
        return HookEdits.PutBack(repository, edits, before, commit, files, () =>
        {
            Add(repository, files, CancellationToken.None);
            return CommitOnly(repository, before, files, message, ["--no-verify"]);
        });
    }

    /// <summary>Takes new files out of the index again; what git knew before stays.</summary>
    public static void Unstage(GitRepository repository, IEnumerable<string> files)
    {
        var pathspecs = files.Select(repository.TryPathOf).OfType<GitPath>().Select(p => p.Pathspec).ToList();
        if (pathspecs.Count > 0)
            repository.TryWrite(["rm", "--cached", "--force", "--quiet", "--ignore-unmatch", "--sparse", "--", .. pathspecs]);
    }

    /// <summary>Subject and trailers in the form that <c>git interpret-trailers</c> reads.</summary>
    public static string Message(string subject, params IEnumerable<(string Key, string? Value)> trailers)
    {
        var message = new StringBuilder(OneLine(subject)).Append("\n\n");
        foreach (var (key, value) in trailers)
        {
            if (value is not null) message.Append(key).Append(": ").Append(OneLine(value)).Append('\n');
        }

        return message.ToString();
    }

    private static void Add(GitRepository repository, IEnumerable<CommittedFile> files, CancellationToken cancellation)
    {
        var present = files.Where(f => f.Content is not null || File.Exists(f.File)).Select(f => f.Path.Pathspec).ToList();
        if (present.Count == 0) return;
        // A path outside the cone of a sparse checkout is added all the same: it was written there on purpose.
        var added = repository.TryWrite(["add", "--force", "--sparse", "--", .. present], cancellation: cancellation);
        if (!added.Succeeded) throw Refused(repository, added);
    }

    private static GitObjectId CommitOnly(GitRepository repository, GitObjectId? before, IReadOnlyCollection<CommittedFile> files, string message, string[] more)
    {
        // Git writes the message over the last one, whoever made that, and gives it no shared permissions.
        var editing = Path.Combine(repository.GitDirectory, "COMMIT_EDITMSG");
        if (FileOwner.IsThisUser(editing) == false) AtomicFile.Guard(Codes.RegistryUnwritable, editing, () =>
        {
            File.Delete(editing);
            return true;
        });
        ModelRegistryException? failed = null;
        try
        {
            var committed = repository.TryWrite(
                ["commit", "--quiet", "--only", "--cleanup=verbatim", "--file=-", .. more, "--", .. files.Select(f => f.Path.Pathspec)],
                repository.EncodeMessage(message), cancellation: CancellationToken.None);
            if (!committed.Succeeded) failed = Refused(repository, committed);
        }
        catch (ModelRegistryException stopped)
        {
            failed = stopped;
        }

        SharedRepository.Grant(editing);
        if (failed is null) return repository.Head(CancellationToken.None).Commit ?? throw Codes.GitFailed.Error($"git committed in {repository.WorkTree}, and HEAD names no commit", "run 'git status' there");
        var made = MadeSince(repository, before, files);
        if (made is null) ExceptionDispatchInfo.Throw(failed);
        repository.Log.Warn(Codes.FailedAfterCommit, $"git made the commit {made.Abbreviated} and failed after it ({failed.Message}): the commit counts; see to the hook that runs after a commit");
        return made;
    }

    /// <summary>
    /// HEAD, where it moved and has every file as it is to be, or as a hook made it. What runs after the commit (a post-commit hook, maintenance)
    /// fails or is stopped for itself.
    /// </summary>
    private static GitObjectId? MadeSince(GitRepository repository, GitObjectId? before, IReadOnlyCollection<CommittedFile> files)
    {
        if (repository.Head(CancellationToken.None).Commit is not { } now || now == before) return null;
        return files.All(IsAsMeant) ? now : null;

        bool IsAsMeant(CommittedFile file)
        {
            var isThere = file.Content is not null || File.Exists(file.File);
            if (BlobIn(now, file.Path) is not { } blob) return !isThere;
            return isThere && (file.Content is null || blob.IsOf(file.Content) || before is null || BlobIn(before, file.Path) != blob);
        }

        GitObjectId? BlobIn(GitObjectId commit, GitPath path) => repository.Reader.ReadTree(commit, path).FirstOrDefault(entry => entry.Path == path.Value)?.Blob;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static ModelRegistryException Refused(GitRepository repository, GitResult result) =>
        result.Errors.Contains("tell me who you are", StringComparison.OrdinalIgnoreCase)
            ? Codes.IdentityUnknown.Error("git does not know who you are", "set user.name and user.email with 'git config'")
            : Codes.CommitRefused.Error($"git refused the commit in {repository.WorkTree}: {result.Reason}", "nothing was registered; see to the hook or the signing that refused it, or use --no-commit");
}
