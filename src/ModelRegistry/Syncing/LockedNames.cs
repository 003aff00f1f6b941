using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Locking;
using ModelRegistry.Selectors;

namespace ModelRegistry.Syncing;

/// <summary>
/// Lock files that name a version which has another number now: those that were named are rewritten, the others in the repository are warned about.
/// A project that asks for the lost number itself is only warned about: that number is somebody else's version, and a person must choose.
/// </summary>
internal sealed class LockedNames(RegistryContext registry, IReadOnlyList<string> named)
{
    private readonly IReadOnlyList<string> _named = [.. named.Select(registry.Options.FullPath)];

    /// <exception cref="ModelRegistryException">MR0115: a file that was named is not there.</exception>
    public void Check()
    {
        if (_named.FirstOrDefault(path => !File.Exists(path)) is { } missing) throw Codes.Usage.Error($"there is no lock file {missing}", "name one that exists");
    }

    /// <summary>Follows the new numbers.</summary>
    /// <returns>The files that were changed.</returns>
    public IReadOnlyList<string> Follow(GitRepository repository, IEnumerable<VersionRename> renames, string commit, CancellationToken cancellation)
    {
        var names = renames.DistinctBy(r => r.From).ToDictionary(r => r.From, r => r.To);
        if (names.Count == 0) return [];
        var changed = _named.Where(path => Rewrite(path, names, commit, cancellation)).ToList();
        foreach (var path in Others(repository, cancellation).Except(_named, StringComparer.Ordinal)) Warn(path, names);
        return changed;
    }

    private bool Rewrite(string path, Dictionary<ModelId, ModelId> names, string commit, CancellationToken cancellation)
    {
        var changed = false;
        new LockFile(path, registry.Options).Update(
            before =>
            {
                var after = before;
                foreach (var (request, locked, now) in Renamed(before, names))
                {
                    if (!Means(request.Selector, now.Version))
                    {
                        registry.Options.Log.Warn(Codes.LockNamesOldNumber, $"{path} has {request}, which is {now} now; its project must ask for {now.Version}");
                        continue;
                    }

                    changed = true;
                    after = after.With(request, locked with
                    {
                        Version = now.Version,
                        ManifestDigest = registry.ReadResolved(now).Digest,
                        Commit = locked.Commit is null ? null : commit,
                    });
                }

                return after;
            },
            cancellation);
        return changed;
    }

    private void Warn(string path, Dictionary<ModelId, ModelId> names)
    {
        try
        {
            foreach (var (request, _, now) in Renamed(new LockFile(path, registry.Options).Read(), names))
                registry.Options.Log.Warn(Codes.LockNamesOldNumber, $"{path} has {request}, which is {now} now; build anew, or next time sync with --lock");
        }
        catch (ModelRegistryException unreadable)
        {
            registry.Options.Log.Warn(unreadable.Diagnostic, unreadable.Message);
        }
    }

    private static IEnumerable<(ModelRequest Request, LockedVersion Locked, ModelId Now)> Renamed(ModelLock locks, Dictionary<ModelId, ModelId> names)
    {
        foreach (var (name, key, locked) in locks.Entries().ToList())
        {
            var request = ModelRequest.OfLockKey(ModelName.Parse(name), key);
            if (names.TryGetValue(new ModelId(request.Name, locked.Version), out var now)) yield return (request, locked, now);
        }
    }

    // Whether the question may have the new number as its answer.
    private static bool Means(Selector selector, ModelVersion version) => selector switch
    {
        ExactSelector exact => exact.Version == version,
        RangeSelector range => range.Range.Contains(version),
        _ => true,
    };

    private static IEnumerable<string> Others(GitRepository repository, CancellationToken cancellation) =>
        repository.Run(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name", "--", $":(top,glob)**/{LockFile.DefaultName}"], cancellation)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(path => Path.GetFullPath(Path.Combine(repository.WorkTree, path))).Where(File.Exists);
}
