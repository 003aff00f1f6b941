using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Layout;
using ModelRegistry.Stores;

namespace ModelRegistry.Remotes;

/// <summary>
/// The clone of a registry's repository in the per-user cache: one commit deep and without blobs where the server allows it,
/// and with only the settings checked out. Families and the blobs of a tracked store come one by one, when they are asked for.
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

    /// <summary>The families of the clone.</summary>
    /// <param name="root">The registry's directory in it.</param>
    /// <param name="online">Whether what is missing may be fetched.</param>
    public ClonedFamilies FamiliesOf(string root, bool online) =>
        new(this, Path.GetFullPath(root) == Path.GetFullPath(_folder) ? "" : RegistryLocation.DefaultFolder + "/", online);

    /// <summary>Makes the clone, or brings it to the remote's newest commit.</summary>
    public void CloneOrRefresh(CancellationToken cancellation)
    {
        if (Exists && TryRefresh(cancellation)) return;
        AtomicFile.Guard(Codes.StoreUnwritable, _folder, () =>
        {
            var making = _folder + MakingSuffix;
            Remove(making);
            Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
            // What the one before had stays at hand for builds without the network.
            Clone(making, Patterns(), cancellation);
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
            var known = Known(missing, cancellation);
            if (known.Count > 0) CheckOut(known.Select(path => "/" + path), online: true, cancellation);
        }
    }

    /// <summary>What is checked out, as git's patterns.</summary>
    public IReadOnlyList<string> Patterns()
    {
        var file = Path.Combine(_folder, ".git", "info", "sparse-checkout");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }

    /// <summary>Which of these paths the commit has.</summary>
    public IReadOnlyList<string> Known(IEnumerable<string> paths, CancellationToken cancellation) =>
        Run(_folder, ["ls-tree", "--name-only", "HEAD", "--", .. paths], cancellation).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The folders of the commit below a path that ends with <c>/</c>, relative to it; all for the empty one.</summary>
    public IEnumerable<string> Folders(string below, CancellationToken cancellation) =>
        Run(_folder, ["ls-tree", "-r", "-d", "-z", "--name-only", $"HEAD:{below.TrimEnd('/')}"], cancellation).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks out what patterns name, too.</summary>
    /// <exception cref="ModelRegistryException">MR0713: offline, and the clone lacks it; MR0714: the repository cannot be reached.</exception>
    public void CheckOut(IEnumerable<string> patterns, bool online, CancellationToken cancellation)
    {
        var location = GitLocation.Of(_folder) ?? throw Codes.RegistryNotFound.Error($"the clone {_folder} of {Shown} is broken", "build once with the network, which makes it again");
        string[] network = online ? [] : ["-c", "protocol.allow=never"];
        var interrupted = GitWriteNote.Read(location.GitDirectory) is not null;
        GitWriteNote.Recover(location, _options.GitLockTimeout);
        var added = Write(location, [.. network, "sparse-checkout", "add", .. patterns], cancellation);
        // A file that a killed git cut off is somebody's change to the next one.
        if (added.Succeeded && interrupted) added = Write(location, [.. network, "checkout", "--quiet", "--detach", "--force", "HEAD"], cancellation);
        if (!added.Succeeded && !online)
            throw Codes.NotOnThisMachine.Error($"the clone of the registry {Shown} lacks families that no build on this machine named yet, and the build is offline", "build once with the network, or name a directory");
        Output(added);
    }

    private GitResult Write(GitLocation location, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        string[] command = [.. GitSettings.Common(location), "-c", GitSettings.OnlyWriting, .. arguments];
        return GitWriteNote.Around(location, null, started => _git.Run(_folder, command, started: started, cancellation: cancellation));
    }

    private void Clone(string folder, IEnumerable<string> asked, CancellationToken cancellation)
    {
        var parent = Path.GetDirectoryName(folder)!;
        Run(parent, ["clone", "--quiet", "--filter=blob:none", "--depth=1", "--no-checkout", "--no-tags", "--template=", "--origin=origin", .. Settings, "--", _url, folder], cancellation);
        if (!_git.Run(folder, ["rev-parse", "--verify", "--quiet", "HEAD"], cancellation: cancellation).Succeeded)
            throw Codes.RegistryNotFound.Error($"{Shown} has no commit", "check the URL, or run 'modelreg init' in that repository");
        var found = Run(folder, ["ls-tree", "--name-only", "HEAD", "--", $"{RegistryLocation.DefaultFolder}/{RegistryLayout.SettingsFileName}", RegistryLayout.SettingsFileName], cancellation);
        var prefix = found.Contains('/', StringComparison.Ordinal) ? RegistryLocation.DefaultFolder + "/" : "";
        Run(folder, ["sparse-checkout", "set", "--no-cone", .. ClonedFamilies.NoFamily(prefix).Union(asked)], cancellation);
        Run(folder, ["checkout", "--quiet", "--detach", "HEAD"], cancellation);
    }

    private bool TryRefresh(CancellationToken cancellation)
    {
        // A clone that a killed build left half-updated is made again.
        if (GitLocation.Of(_folder) is not { } location || location.WorkTree != RealPath.Of(_folder)) return false;
        GitWriteNote.Recover(location, _options.GitLockTimeout);
        // A history that somebody fetched whole, for the signatures of its commits, is not cut off again.
        string[] depth = location.IsShallow ? ["--depth=1"] : [];
        var fetched = Write(location, ["fetch", "--quiet", .. depth, "--filter=blob:none", "--no-tags", "origin", "HEAD"], cancellation);
        if (GitRepository.LocksNamedIn(fetched.Errors).Any()) return false;
        Output(fetched);
        return Write(location, ["checkout", "--quiet", "--detach", "--force", "FETCH_HEAD"], cancellation).Succeeded && RegistryLocation.At(_folder) is not null;
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
