using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Names;

namespace ModelRegistry.Syncing;

/// <summary>The branch of the remote that a local branch follows: fetches it, pushes to it, never with force.</summary>
internal sealed class SyncRemote
{
    // What git and its servers say when somebody else was faster; anything else is a refusal.
    private static readonly string[] Overtaken = ["non-fast-forward", "fetch first", "cannot lock ref", "failed to update ref", "stale info", "reference already exists", "incorrect old value", "needs merge"];

    private const string FilePrefix = "file://", SeenOfAll = "refs/modelreg/synced/";

    private readonly GitRepository _repository;

    private readonly string? _folder;

    private SyncRemote(GitRepository repository, string name, string local, string branch, string? folder)
    {
        _folder = folder;
        _repository = repository;
        Name = name;
        Local = local;
        Branch = branch;
    }

    public string Name { get; }

    /// <summary>The local branch.</summary>
    public string Local { get; }

    /// <summary>The branch there.</summary>
    public string Branch { get; }

    /// <summary>What was last seen of the branch there. It only moves forward, so a history that was rewritten shows.</summary>
    public string Seen => SeenOfAll + Local;

    /// <summary>The lock there that the last push met; null where it met none.</summary>
    public string? HeldThere { get; private set; }

    public static SyncRemote Of(GitRepository repository, GitConfiguration configuration, CancellationToken cancellation)
    {
        var local = repository.Head(cancellation).Branch
            ?? throw Codes.SyncImpossible.Error($"HEAD of {repository.WorkTree} is detached, so there is no branch to sync", "switch to a branch with 'git switch'");
        var remotes = configuration.Remotes.ToList();
        var name = configuration.Value($"branch.{local}.remote") ?? (remotes.Contains("origin") ? "origin" : remotes is [var only] ? only : null)
            ?? throw Codes.SyncImpossible.Error($"the branch {local} follows no remote", "add one with 'git remote add origin URL'");
        const string heads = "refs/heads/";
        var merge = configuration.Value($"branch.{local}.merge");
        var address = configuration.PushAddress(name) ?? (repository.Try(["remote", "get-url", "--push", name], cancellation) is { Succeeded: true, Line: var line } ? line : null);
        return new SyncRemote(repository, name, local, merge?.StartsWith(heads, StringComparison.Ordinal) == true ? merge[heads.Length..] : local,
            address is null ? null : FolderOf(Path.GetFullPath(address.StartsWith(FilePrefix, StringComparison.Ordinal) ? address[FilePrefix.Length..] : address, repository.WorkTree)));
    }

    /// <summary>Fetches the branch. Null where the remote does not have it yet.</summary>
    /// <exception cref="ModelRegistryException">MR0851: the history there was rewritten; MR0852: the remote cannot be reached.</exception>
    public GitObjectId? Fetch(CancellationToken cancellation)
    {
        var fetched = _repository.TryWrite(["fetch", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", Name, $"refs/heads/{Branch}:{Seen}"], cancellation: cancellation);
        if (!fetched.Succeeded)
        {
            if (fetched.Errors.Contains("couldn't find remote ref", StringComparison.Ordinal)) return null;
            if (fetched.Errors.Contains("non-fast-forward", StringComparison.Ordinal))
            {
                throw Codes.SyncRewritten.Error(
                    $"the history of {Branch} on {Name} was rewritten: {Read()?.Abbreviated} is gone from it",
                    $"find out who did it; to accept the new history run 'git update-ref -d {Seen}', rebase your commits and sync again");
            }

            throw Codes.SyncUnreachable.Error($"{Name} cannot be fetched: {fetched.Reason}", "check the network and your git credentials; nothing was changed");
        }

        return Read();
    }

    /// <summary>Fetches the history that a shallow clone lacks. False where the remote does not give it.</summary>
    public bool Deepen(CancellationToken cancellation) =>
        _repository.TryWrite(["fetch", "--unshallow", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", Name, $"refs/heads/{Branch}:{Seen}"], cancellation: cancellation).Succeeded;

    /// <summary>The commits that the remote had in no branch when it was last seen: what a first push of a branch publishes.</summary>
    public IReadOnlyList<GitCommitRecord> Unpublished(GitObjectId here, CancellationToken cancellation) =>
        new GitCommandReader(_repository).ReadUnpublished(here, Name, SeenOfAll + "*", cancellation);

    /// <summary>Pushes. False where somebody else was faster.</summary>
    /// <exception cref="ModelRegistryException">MR0854: the remote refuses.</exception>
    public bool Push(GitObjectId commit, string branch, CancellationToken cancellation, out IReadOnlyList<string> messages)
    {
        var pushed = _repository.TryWrite(["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no", Name, $"{commit}:refs/heads/{branch}"], remote: _folder, cancellation: cancellation);
        messages = [.. pushed.Errors.Split('\n').Where(line => line.StartsWith("remote:", StringComparison.Ordinal)).Select(line => line["remote:".Length..].Trim()).Where(line => line.Length > 0)];
        HeldThere = GitRepository.LocksNamedIn(pushed.Errors).FirstOrDefault();
        if (pushed.Succeeded) return true;
        var said = pushed.Output + pushed.Errors;
        if (Overtaken.Any(words => said.Contains(words, StringComparison.Ordinal)) && !said.Contains("hook declined", StringComparison.Ordinal)) return false;
        // The remote's own words come first: they say what to do.
        var reason = string.Join(", ", messages.Take(3).Concat(pushed.Output.Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..].Replace('\t', ' ').Trim())));
        throw Codes.SyncRefused.Error($"{Name} refuses the push to {branch}: {Printable.Quote(reason.Length > 0 ? reason : pushed.Reason)}", "nothing was changed here; for a protected branch use 'modelreg sync --branch' and open a pull request");
    }

    // Where git looks for the repository of a path (git-clone(1), "GIT URLS"; enter_repo in path.c); null for one on another machine.
    private static string? FolderOf(string path) =>
        new[] { Path.Combine(path, ".git"), path, path + ".git" }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "HEAD")) && Directory.Exists(Path.Combine(folder, "objects")));

    private GitObjectId? Read() => GitReferences.TryRead(_repository.Location, Seen, out var id) ? id
        : _repository.Try(["rev-parse", "--verify", "--quiet", Seen]) is { Succeeded: true } asked ? GitObjectId.Parse(asked.Line) : null;
}
