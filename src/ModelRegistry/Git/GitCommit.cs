using System.Diagnostics;
using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>Commits a few paths and nothing else: what the user had staged or changed stays as it was. Hooks and signing run as configured.</summary>
internal static class GitCommit
{
    private static readonly string[] InProgress = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"];

    /// <summary>Throws where git would refuse to commit single paths.</summary>
    /// <exception cref="ModelRegistryException">MR0408.</exception>
    public static void ThrowIfBusy(GitRepository repository)
    {
        var found = InProgress.FirstOrDefault(name => Path.Exists(Path.Combine(repository.GitDirectory, name)));
        if (found is not null)
            throw Codes.MergeInProgress.Error($"a merge, rebase or cherry-pick is in progress in {repository.WorkTree}", "finish or abort it first ('git status' says how), or use --no-commit");
    }

    /// <summary>Commits.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="paths">The files, absolute.</param>
    /// <param name="message">The message.</param>
    /// <param name="started">Told the git process that writes.</param>
    /// <param name="cancellation">Stops it before the commit begins.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="ModelRegistryException">MR0404, MR0405, MR0406.</exception>
    public static string Commit(GitRepository repository, IReadOnlyCollection<string> paths, string message, Action<Process> started, CancellationToken cancellation)
    {
        var pathspecs = paths.Select(path => ":(top,literal)" + repository.Relative(path)).ToList();
        var added = repository.TryWrite(["add", "--force", "--", .. pathspecs], started: started, cancellation: cancellation);
        if (!added.Succeeded) throw Refused(repository, added);
        // From here on the commit is made or refused by git alone; stopping half-way would leave a question.
        var committed = repository.TryWrite(["commit", "--quiet", "--only", "--file=-", "--", .. pathspecs], message, started, CancellationToken.None);
        if (!committed.Succeeded) throw Refused(repository, committed);
        return repository.Head(CancellationToken.None)!;
    }

    /// <summary>Takes new files out of the index again; what git knew before stays.</summary>
    public static void Unstage(GitRepository repository, IEnumerable<string> paths)
    {
        var pathspecs = paths.Select(repository.Relative).Where(p => p is not null).Select(p => ":(top,literal)" + p).ToList();
        if (pathspecs.Count > 0)
            repository.TryWrite(["rm", "--cached", "--force", "--quiet", "--ignore-unmatch", "--", .. pathspecs]);
    }

    /// <summary>Subject and trailers in the form that <c>git interpret-trailers</c> reads.</summary>
    public static string Message(string subject, params IEnumerable<(string Key, string? Value)> trailers)
    {
        var message = new StringBuilder(subject).Append("\n\n");
        foreach (var (key, value) in trailers)
        {
            if (value is not null) message.Append(key).Append(": ").Append(OneLine(value)).Append('\n');
        }

        return message.ToString();
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static ModelRegistryException Refused(GitRepository repository, GitResult result) =>
        result.Errors.Contains("tell me who you are", StringComparison.OrdinalIgnoreCase)
            ? Codes.IdentityUnknown.Error("git does not know who you are", "set user.name and user.email with 'git config'")
            : Codes.CommitRefused.Error($"git refused the commit in {repository.WorkTree}: {result.Reason}", "nothing was registered; see to the hook or the signing that refused it, or use --no-commit");
}
