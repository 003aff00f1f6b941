using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>One work tree of a git repository.</summary>
internal sealed class GitRepository
{
    private readonly GitCommand _git;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _lockTimeout;

    private GitRepository(GitCommand git, TimeProvider clock, TimeSpan lockTimeout, string workTree, string gitDirectory)
    {
        _git = git;
        _clock = clock;
        _lockTimeout = lockTimeout;
        WorkTree = workTree;
        GitDirectory = gitDirectory;
    }

    /// <summary>The top of the work tree.</summary>
    public string WorkTree { get; }

    /// <summary>The git directory of this work tree; each worktree has its own.</summary>
    public string GitDirectory { get; }

    /// <summary>The lock that git takes to write the index.</summary>
    public string IndexLock => Path.Combine(GitDirectory, "index.lock");

    /// <summary>The repository that a directory is in; null where it is in none.</summary>
    /// <exception cref="ModelRegistryException">MR0401: no git; MR0403: git refuses to work there.</exception>
    public static GitRepository? Find(string directory, RegistryOptions options, CancellationToken cancellation = default)
    {
        var git = new GitCommand(options.GitExecutable, options.GitTimeout);
        var result = git.Run(directory, ["rev-parse", "--show-toplevel", "--absolute-git-dir"], cancellation: cancellation);
        if (!result.Succeeded)
        {
            if (result.Errors.Contains("not a git repository", StringComparison.Ordinal) || result.Errors.Contains("must be run in a work tree", StringComparison.Ordinal)) return null;
            throw Codes.GitFailed.Error($"git refuses to work in {directory}: {result.Reason}", "run 'git status' there and follow what it says");
        }

        return result.Output.Split('\n') is [var top, var gitDirectory, ..]
            ? new GitRepository(git, options.Clock, options.GitLockTimeout, Path.GetFullPath(top.TrimEnd('\r')), Path.GetFullPath(gitDirectory.TrimEnd('\r')))
            : null;
    }

    /// <summary>Runs git and returns what it said, whatever its exit code.</summary>
    public GitResult Try(IEnumerable<string> arguments, CancellationToken cancellation = default) =>
        _git.Run(WorkTree, arguments, cancellation: cancellation);

    /// <summary>Runs git; a failure is MR0403.</summary>
    public string Run(IEnumerable<string> arguments, CancellationToken cancellation = default)
    {
        var result = Try(arguments, cancellation);
        return result.Succeeded ? result.Output : throw Codes.GitFailed.Error($"git {result.Command} failed in {WorkTree}: {result.Reason}", "run the command by hand to see more");
    }

    /// <summary>Runs a command that writes the index. Waits while another process holds the index; never deletes its lock.</summary>
    /// <exception cref="ModelRegistryException">MR0404: the lock stayed.</exception>
    public GitResult TryWrite(IReadOnlyCollection<string> arguments, string? input = null, Action<Process>? started = null, CancellationToken cancellation = default)
    {
        var start = _clock.GetTimestamp();
        while (true)
        {
            var result = _git.Run(WorkTree, arguments, input, started, cancellation);
            if (result.Succeeded || !result.Errors.Contains("index.lock", StringComparison.Ordinal)) return result;
            if (_clock.GetElapsedTime(start) > _lockTimeout)
                throw Codes.GitLocked.Error($"another process holds {IndexLock}", "wait for the other git command to end; if none runs, check for an editor that is still open and then delete the lock file");
            cancellation.WaitHandle.WaitOne(Random.Shared.Next(20, 60));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The path of a file relative to the top, with <c>/</c>; null where it is outside.</summary>
    public string? Relative(string path)
    {
        var relative = Path.GetRelativePath(RealPath.Of(WorkTree), RealPath.Of(path)).Replace('\\', '/');
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }

    /// <summary>The commit that HEAD is at; null before the first one.</summary>
    public string? Head(CancellationToken cancellation = default) =>
        Try(["rev-parse", "--verify", "--quiet", "HEAD"], cancellation) is { Succeeded: true } result ? result.Line : null;

    /// <summary>The commit that last touched a path; null where there is none.</summary>
    public string? LastCommit(string path, CancellationToken cancellation = default) =>
        Relative(path) is { } relative && Try(["log", "-1", "--format=%H", "--", $":(top,literal){relative}"], cancellation) is { Succeeded: true, Line.Length: > 0 } result ? result.Line : null;

    /// <summary>Whether HEAD has a file at a path.</summary>
    public bool HeadHas(string relativePath, CancellationToken cancellation = default) =>
        Try(["cat-file", "-e", $"HEAD:{relativePath}"], cancellation).Succeeded;
}
