using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Stores;

namespace ModelRegistry.Remotes;

/// <summary>
/// The clone of a registry's repository in the per-user cache: one commit deep and without blobs where the server allows it,
/// and with only the metadata checked out. Blobs of a tracked store come one by one, when they are asked for.
/// </summary>
internal sealed class RegistryClone
{
    // Hooks of the user's template have no business in the cache, and line endings are part of a manifest's digest.
    private static readonly string[] Settings = ["-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "advice.detachedHead=false"];

    private readonly string _url;
    private readonly RegistryOptions _options;
    private readonly GitCommand _git;
    private readonly string _folder;

    public RegistryClone(string url, RegistryOptions options)
    {
        var cache = options.CacheDirectory
            ?? throw Codes.StoreUnwritable.Error("there is no per-user cache folder to clone the registry into", "set MODELREG_CACHE to a folder");
        _url = url;
        _options = options;
        _git = new GitCommand(options.GitExecutable, options.GitTimeout);
        _folder = Path.Combine(cache, CacheFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)).AsSpan(0, 16)));
    }

    /// <summary>The folder of the cache that holds the clones.</summary>
    public const string CacheFolder = "registries";

    /// <summary>What the name of a clone's lock ends with. Its time says when the clone was used last.</summary>
    public const string LockSuffix = ".lock";

    /// <summary>What the name of a clone that is being made ends with.</summary>
    public const string MakingSuffix = ".new";

    public bool Exists => Directory.Exists(_folder);

    private string Shown => SourceLineage.WithoutCredentials(_url);

    /// <summary>Takes the lock that keeps the clone as it is.</summary>
    public FileLock Lock(CancellationToken cancellation)
    {
        var path = _folder + LockSuffix;
        var held = AtomicFile.Guard(Codes.StoreUnwritable, path, () => FileLock.Take(path, _options.LockTimeout, _options.Clock, cancellation))
            ?? throw Codes.RegistryLocked.Error($"another process has held {path} for more than {_options.LockTimeout.TotalSeconds:0} s", "wait for the other build to end and try again");
        File.SetLastWriteTimeUtc(path, _options.Clock.GetUtcNow().UtcDateTime);
        return held;
    }

    /// <summary>The registry's directory in the clone.</summary>
    public string FindRegistry() =>
        RegistryLocation.At(_folder) ?? throw Codes.RegistryNotFound.Error($"{Shown} has neither registry.json nor registry/registry.json", "check the URL, or run 'modelreg init' in that repository");

    /// <summary>Makes the clone, or brings it to the remote's newest commit.</summary>
    public void CloneOrRefresh(CancellationToken cancellation)
    {
        if (Exists && TryRefresh(cancellation)) return;
        AtomicFile.Guard(Codes.StoreUnwritable, _folder, () =>
        {
            var making = _folder + MakingSuffix;
            Remove(making);
            Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
            Clone(making, cancellation);
            Remove(_folder);
            Directory.Move(making, _folder);
            return true;
        });
    }

    /// <summary>Checks out blobs that the repository has and the work tree has not.</summary>
    public void FetchCommitted(IEnumerable<FolderStore> stores, IReadOnlyCollection<Digest> digests, CancellationToken cancellation)
    {
        foreach (var store in stores)
        {
            var missing = digests.Where(d => !File.Exists(store.BlobPath(d))).Select(d => Path.GetRelativePath(_folder, store.BlobPath(d)).Replace('\\', '/')).ToList();
            if (missing.Count == 0 || missing[0].StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(missing[0])) continue;
            var known = Run(_folder, ["ls-tree", "--name-only", "HEAD", "--", .. missing], cancellation).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (known.Length == 0) continue;
            Run(_folder, ["sparse-checkout", "add", .. known.Select(path => "/" + path)], cancellation);
        }
    }

    private void Clone(string folder, CancellationToken cancellation)
    {
        var parent = Path.GetDirectoryName(folder)!;
        Run(parent, ["clone", "--quiet", "--filter=blob:none", "--depth=1", "--no-checkout", "--no-tags", "--template=", .. Settings, "--", _url, folder], cancellation);
        if (!_git.Run(folder, ["rev-parse", "--verify", "--quiet", "HEAD"], cancellation: cancellation).Succeeded)
            throw Codes.RegistryNotFound.Error($"{Shown} has no commit", "check the URL, or run 'modelreg init' in that repository");
        var found = Run(folder, ["ls-tree", "--name-only", "HEAD", "--", $"{RegistryLocation.DefaultFolder}/{RegistryLayout.SettingsFileName}", RegistryLayout.SettingsFileName], cancellation);
        string[] patterns = found.Contains('/', StringComparison.Ordinal)
            ? [$"/{RegistryLocation.DefaultFolder}/", "/.gitattributes"]
            : ["/*", "!/models/"];
        Run(folder, ["sparse-checkout", "set", "--no-cone", .. patterns], cancellation);
        Run(folder, ["checkout", "--quiet", "--detach", "HEAD"], cancellation);
    }

    private bool TryRefresh(CancellationToken cancellation)
    {
        // A clone that a killed build left half-updated is made again.
        if (GitLocation.Of(_folder) is not { } location || location.WorkTree != RealPath.Of(_folder)) return false;
        GitWriteNote.Recover(location, _options.GitLockTimeout);
        GitResult Write(params string[] arguments)
        {
            string[] command = [.. GitSettings.Common(location), "-c", GitSettings.OnlyWriting, .. arguments];
            return GitWriteNote.Around(location, null, started => _git.Run(_folder, command, started: started, cancellation: cancellation));
        }

        // A history that somebody fetched whole, for the signatures of its commits, is not cut off again.
        string[] depth = location.IsShallow ? ["--depth=1"] : [];
        var fetched = Write(["fetch", "--quiet", .. depth, "--filter=blob:none", "--no-tags", "origin", "HEAD"]);
        if (GitRepository.LocksNamedIn(fetched.Errors).Any()) return false;
        Output(fetched);
        return Write("checkout", "--quiet", "--detach", "--force", "FETCH_HEAD").Succeeded && RegistryLocation.At(_folder) is not null;
    }

    private string Run(string directory, IEnumerable<string> arguments, CancellationToken cancellation) => Output(_git.Run(directory, arguments, cancellation: cancellation));

    private string Output(GitResult result) =>
        result.Succeeded ? result.Output : throw Codes.RegistryUnreachable.Error(
            $"the registry {Shown} cannot be reached: {result.Reason.Replace(_url, Shown, StringComparison.Ordinal)}",
            "check the URL, the network and your git credentials; with a lock file and the artifacts in the cache a build needs neither");

    /// <summary>Deletes a clone.</summary>
    public static void Remove(string folder)
    {
        if (!Directory.Exists(folder)) return;
        // Git makes its object files read-only, which Windows refuses to delete.
        if (OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(folder, recursive: true);
    }
}
