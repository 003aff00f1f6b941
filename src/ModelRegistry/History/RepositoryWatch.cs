using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.History;

/// <summary>Keeps what git says of the repository for as long as its HEAD, its reflog and its configuration stay as they are.</summary>
internal sealed class RepositoryWatch(RegistryContext registry)
{
    // The user's own configuration is elsewhere, so what it says is asked again from time to time.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Kept? _kept;

    private sealed record Kept(RepositoryState? State, string? GitDirectory, Stamp Stamp, long At);

    private readonly record struct Stamp(long Head, long Log, long LogLength, long Configuration);

    /// <summary>The repository; null where there is none, or no git.</summary>
    public RepositoryState? Read(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_kept is { } kept && registry.Options.Clock.GetElapsedTime(kept.At) < Longest && kept.Stamp == StampOf(kept.GitDirectory)) return kept.State;
            var repository = Find();
            // Taken before git is asked: what changes meanwhile is seen the next time.
            var stamp = StampOf(repository?.GitDirectory);
            _kept = new Kept(repository is null ? null : Ask(repository, cancellation), repository?.GitDirectory, stamp, registry.Options.Clock.GetTimestamp());
            return _kept.State;
        }
    }

    private static RepositoryState Ask(GitRepository repository, CancellationToken cancellation)
    {
        var head = repository.Head(cancellation);
        string? author = null;
        try
        {
            author = repository.Identity(cancellation).Author;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            // Whoever git does not know, or where there is no git, reads all the same.
            author = null;
        }

        return new RepositoryState(repository.WorkTree, head.Branch, head.Commit?.Hex, author, SourceLineage.Remote(repository, upstream: null, cancellation));
    }

    private GitRepository? Find()
    {
        try
        {
            return GitRepository.Find(registry.Layout.Root, registry.Options);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            return null;
        }
    }

    private static Stamp StampOf(string? gitDirectory)
    {
        if (gitDirectory is null) return default;
        static (long Time, long Length) Of(string path) => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc.Ticks, file.Length) : default;
        var log = Of(Path.Combine(gitDirectory, "logs", "HEAD"));
        return new Stamp(Of(Path.Combine(gitDirectory, "HEAD")).Time, log.Time, log.Length, Of(Path.Combine(gitDirectory, "config")).Time);
    }
}
