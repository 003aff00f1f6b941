using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Json;
using ModelRegistry.Layout;
using ModelRegistry.Stores;

namespace ModelRegistry;

/// <summary>How to make a registry.</summary>
public sealed record InitOptions
{
    /// <summary>Commit the artifacts along with the manifests. Default: false; the store is ignored by git.</summary>
    public bool TrackStore { get; init; }

    /// <summary>Commit the new files. Default: true.</summary>
    public bool Commit { get; init; } = true;
}

/// <summary>What was made.</summary>
/// <param name="Registry">The registry directory.</param>
/// <param name="Store">The store's folder.</param>
/// <param name="Commit">The commit; null without one.</param>
public sealed record InitResult(string Registry, string Store, string? Commit);

/// <summary>Makes registries.</summary>
internal sealed class RegistryInitialiser(RegistryOptions options)
{
    public InitResult Initialise(string directory, InitOptions init, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(directory);
        if (RegistryLocation.At(full) is { } existing) throw Codes.RegistryExists.Error($"{existing} is a registry already", "use it, or choose another directory");
        if (File.Exists(full)) throw Codes.RegistryUnwritable.Error($"{full} is a file", "name a directory");
        AtomicFile.Guard(Codes.RegistryUnwritable, full, () =>
        {
            SharedRepository.CreateDirectory(full);
            return true;
        });
        var repository = init.Commit ? GitRepository.Find(full, options) : null;
        if (init.Commit && repository is null) throw Codes.NotARepository.Error($"{full} is not in a git repository", "run 'git init' there first, or use --no-commit");
        if (repository is not null)
        {
            GitCommit.ThrowIfBusy(repository);
            repository.Identity(cancellation);
        }

        using var alone = repository?.LockForWriting(cancellation);
        repository?.Recover();
        var root = Path.Combine(full, RegistryLocation.DefaultFolder);
        var settings = new RegistrySettings { Stores = [new StoreSettings { Name = "local", Path = "../models", Tracked = init.TrackStore }] };
        var files = new Dictionary<string, byte[]>
        {
            [Path.Combine(root, RegistryLayout.SettingsFileName)] = RegistryJson.Write(settings),
            [Path.Combine(root, ".gitattributes")] = Encoding.UTF8.GetBytes("* text eol=lf\n"),
            [Path.Combine(root, ".gitignore")] = Encoding.UTF8.GetBytes($"/{RegistryLayout.PendingFolder}/\n*{AtomicFile.TemporarySuffix}\n"),
        };
        foreach (var (path, content) in files)
            AtomicFile.Guard(Codes.RegistryUnwritable, path, () => AtomicFile.TryCreate(path, content));
        var store = StoreSet.Create(Path.Combine(full, "models"), init.TrackStore);
        try
        {
            var commit = repository is null ? null : GitCommit.Commit(
                repository,
                [.. files.Select(f => new CommittedFile(f.Key, repository.PathOf(f.Key), f.Value)), .. (init.TrackStore ? store.LayoutFiles : []).Select(f => new CommittedFile(f, repository.PathOf(f), null))],
                "create the model registry\n", cancellation);
            return new InitResult(root, store.Root, commit?.Hex);
        }
        catch (ModelRegistryException)
        {
            GitCommit.Unstage(repository!, files.Keys);
            foreach (var path in files.Keys) File.Delete(path);
            if (!Directory.EnumerateFileSystemEntries(root).Any()) Directory.Delete(root);
            throw;
        }
    }
}
