using System.Text.RegularExpressions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>One work tree of a git repository: found from the outside, and named to git explicitly from then on.</summary>
internal sealed partial class GitRepository
{
    private readonly RegistryOptions _options;
    private readonly GitCommand _git;
    private readonly Lazy<string[]> _named;
    private readonly Lazy<IGitReader> _reader;

    private GitIdentity? _identity;

    private GitRepository(GitLocation location, RegistryOptions options)
    {
        Location = location;
        _options = options;
        _git = new GitCommand(options.GitExecutable, options.GitTimeout);
        _named = new Lazy<string[]>(NameTrusted);
        _reader = new Lazy<IGitReader>(ChooseReader);
    }

    public GitLocation Location { get; }

    /// <summary>The top of the work tree.</summary>
    public string WorkTree => Location.WorkTree;

    /// <summary>The git directory of this work tree; each worktree has its own.</summary>
    public string GitDirectory => Location.GitDirectory;

    public Diagnostics.IRegistryLog Log => _options.Log;

    /// <summary>What reads the history: the git command, or what stands in for it where there is none.</summary>
    public IGitReader Reader => _reader.Value;

    /// <summary>The repository that a directory is in; null where it is in none. Starts no process.</summary>
    public static GitRepository? Find(string directory, RegistryOptions options) =>
        GitLocation.Of(directory) is { } location ? new GitRepository(location, options) : null;

    /// <summary>Runs git for an answer, whatever its exit code.</summary>
    public GitResult Try(IEnumerable<string> arguments, CancellationToken cancellation = default) => TryRead(arguments, null, cancellation);

    /// <summary>Runs git for an answer; a failure is MR0403.</summary>
    public string Run(IEnumerable<string> arguments, CancellationToken cancellation = default) => RunRaw(arguments, null, cancellation).Output;

    /// <summary>Runs git for an answer in bytes; a failure is MR0403.</summary>
    public GitResult RunRaw(IEnumerable<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellation)
    {
        var result = TryRead(arguments, input, cancellation);
        return result.Succeeded ? result : throw Codes.GitFailed.Error($"git {result.Command} failed in {WorkTree}: {result.Reason}", "run the command by hand to see more");
    }

    /// <summary>
    /// Runs a command that writes, with hooks and signing as configured, under a note that tells of it when it is killed. Waits while another
    /// process holds the index or a reference; never deletes its lock.
    /// </summary>
    /// <param name="arguments">The arguments, one each.</param>
    /// <param name="input">What it reads on standard input; null for nothing.</param>
    /// <param name="environment">Variables of this call; null removes one.</param>
    /// <param name="remote">The git directory of another repository of this machine that it writes to; null for none.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="ModelRegistryException">MR0404: the lock stayed.</exception>
    public GitResult TryWrite(
        IReadOnlyCollection<string> arguments, ReadOnlyMemory<byte>? input = null,
        IReadOnlyDictionary<string, string>? environment = null, string? remote = null, CancellationToken cancellation = default)
    {
        var start = _options.Clock.GetTimestamp();
        while (true)
        {
            string[] command = [.. _named.Value, .. GitSettings.Writing, .. arguments];
            var result = GitWriteNote.Around(Location, remote, started => _git.Run(WorkTree, command, input, started, environment, cancellation));
            if (result.Succeeded || HeldLock(result.Errors) is not { } held) return result;
            if (_options.Clock.GetElapsedTime(start) > _options.GitLockTimeout)
                throw Codes.GitLocked.Error($"another process holds {held}", "wait for the other git command to end; if none runs, check for an editor that is still open and then delete the lock file");
            cancellation.WaitHandle.WaitOne(Random.Shared.Next(20, 60));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes the lock under which this process alone writes to the work tree.</summary>
    /// <exception cref="ModelRegistryException">MR0213: another process has held it for long.</exception>
    public FileLock LockForWriting(CancellationToken cancellation)
    {
        var path = Location.WriteLock;
        return AtomicFile.Guard(Codes.RegistryUnwritable, path, () => FileLock.Take(path, _options.LockTimeout, _options.Clock, cancellation))
            ?? throw Codes.RegistryLocked.Error($"another process has held {path} for more than {_options.LockTimeout.TotalSeconds:0} s", "wait for the other registration to end and try again");
    }

    /// <summary>Takes back what killed commands left; comes under the lock.</summary>
    /// <returns>The files that were removed.</returns>
    public IReadOnlyList<string> Recover() => [.. GitWriteNote.Recover(Location, _options.GitLockTimeout), .. GitWriteNote.RecoverSiblings(Location)];

    /// <summary>Runs a command that writes; a failure is MR0403.</summary>
    public void WriteOrFail(IReadOnlyCollection<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellation)
    {
        var result = TryWrite(arguments, input, cancellation: cancellation);
        if (!result.Succeeded) throw Codes.GitFailed.Error($"git {result.Command} failed in {WorkTree}: {result.Reason}", "run 'git status' there");
    }

    /// <summary>Answers questions about objects, one after the other, from one process.</summary>
    public GitObjects OpenObjects() => new(_git.StartCommand(WorkTree, [.. _named.Value, .. GitSettings.Reading, "cat-file", "--batch"]));

    /// <summary>The path of a file or folder relative to the top; null where it is outside, or is the top itself.</summary>
    public GitPath? TryPathOf(string file) =>
        GitPath.TryParse(Path.GetRelativePath(WorkTree, RealPath.Of(file)).Replace('\\', '/'), out var path) ? path : null;

    /// <summary>The path of a file relative to the top.</summary>
    /// <exception cref="ModelRegistryException">MR0412: it is outside the work tree.</exception>
    public GitPath PathOf(string file) =>
        TryPathOf(file) ?? throw Codes.OutsideWorkTree.Error($"{file} leads out of the work tree {WorkTree} (to {RealPath.Of(file)}), so it cannot be committed there", "replace the link by a folder of the repository, or use --no-commit");

    /// <summary>Who git would name as the author of a commit, and in what encoding.</summary>
    public GitIdentity Identity(CancellationToken cancellation = default) => _identity ??= GitIdentity.Read(this, cancellation);

    /// <summary>A commit's message in the encoding in which this repository keeps them.</summary>
    public byte[] EncodeMessage(string message) => (System.Text.Ascii.IsValid(message) ? System.Text.Encoding.ASCII : Identity().Encoding).GetBytes(message);

    /// <summary>Where HEAD is. Read from the files; git is asked only for formats that they do not tell.</summary>
    public GitHead Head(CancellationToken cancellation = default) => GitReferences.Head(Location) ?? Reader.ReadHead(cancellation);

    /// <summary>The commit that last changed a path and is known to have changed it; null where there is none.</summary>
    public GitObjectId? LastCommit(string path, CancellationToken cancellation = default) =>
        // Where a shallow history begins, everything looks as if it had been added.
        NewestCommit(path, cancellation) is { } last && !Location.Boundary().Contains(last) ? last : null;

    /// <summary>The newest commit that is seen to have a path as it is; in a shallow clone it may be older than the change. Null where there is none.</summary>
    public GitObjectId? NewestCommit(string path, CancellationToken cancellation = default) =>
        TryPathOf(path) is { } below ? Reader.ReadHistory(new GitHistoryQuery { Below = below, Limit = 1 }, cancellation).FirstOrDefault()?.Id : null;

    /// <summary>Whether HEAD has a file at a path. Starts no process where the commit was made lately.</summary>
    public bool HeadHas(GitPath path, CancellationToken cancellation = default)
    {
        if (Head(cancellation).Commit is not { } commit) return false;
        return LooseObjects.TryFind(Location, commit, path, out var blob) ? blob is not null : Reader.ReadTree(commit, path, cancellation).Any(entry => entry.Path == path.Value);
    }

    private GitResult TryRead(IEnumerable<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellation) =>
        _git.Run(WorkTree, [.. _named.Value, .. GitSettings.Reading, .. arguments], input, cancellation: cancellation);

    /// <summary>The lock files that git names as somebody else's.</summary>
    public static IEnumerable<string> LocksNamedIn(string errors) => LockExists().Matches(errors).Select(match => match.Groups[1].Value);

    // A lock of another repository, such as the remote's, is not waited for here.
    private string? HeldLock(string errors) => LocksNamedIn(errors)
        .FirstOrDefault(file => Path.GetFullPath(file, WorkTree) is var full && new[] { GitDirectory, Location.CommonDirectory }.Any(folder => full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)));

    [GeneratedRegex(@"Unable to create '(.+?\.lock)': File exists")]
    private static partial Regex LockExists();

    private string[] NameTrusted()
    {
        if (!GitOwnership.IsOurs(Location))
        {
            var judged = _git.Run(WorkTree, ["-c", "safe.bareRepository=explicit", "rev-parse", "--absolute-git-dir"]);
            if (!judged.Succeeded) throw Codes.GitFailed.Error($"git refuses to work in {WorkTree}: {judged.Reason}", judged.Errors.Contains("ownership", StringComparison.Ordinal) ? $"it is somebody else's: if you trust it, run 'git config --global --add safe.directory {WorkTree}'" : "run 'git status' there and follow what it says");
        }

        return [.. GitSettings.Common(Location)];
    }

    // The one place that decides who reads.
    private IGitReader ChooseReader()
    {
        if (_options.GitFallback is not { } fallback || GitCommand.Exists(_options.GitExecutable)) return new GitCommandReader(this);
        GitFormat.RefuseUnknown(Location);
        return fallback(Location);
    }
}
