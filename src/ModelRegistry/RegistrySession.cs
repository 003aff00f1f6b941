using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Remotes;
using ModelRegistry.Resolving;
using ModelRegistry.Trust;

namespace ModelRegistry;

/// <summary>
/// The one way in: opens a registry by its address and keeps it as it is until disposed. An address is a directory, the path of a bare
/// git repository, the URL of one (cloned into the per-user cache), or nothing for the nearest registry upwards.
/// </summary>
public sealed class RegistrySession : IDisposable
{
    private readonly FileLock? _held;

    private RegistrySession(Registry registry, RegistryAddress address, FileLock? held)
    {
        Registry = registry;
        Address = address.Shown;
        _held = held;
    }

    /// <summary>
    /// The registry. What it resolves comes with its bytes: <see cref="Registry.Resolve(ModelName, Selector, ResolveOptions, CancellationToken)"/>
    /// chooses, fetches what this machine lacks, and verifies, whatever the address was.
    /// </summary>
    public Registry Registry { get; }

    /// <summary>The URL of the registry's repository without credentials; null for a directory.</summary>
    public string? Address { get; }

    /// <summary>Opens a registry for reading. One that is named by a URL is cloned, or brought up to date, unless the options say offline.</summary>
    /// <param name="address">A directory or a URL; null for <see cref="RegistryOptions.Registry"/>, else the nearest upwards.</param>
    /// <param name="options">Place, clock, messages, folders, limits.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0201: none there; MR0202: <c>registry.json</c> cannot be read; MR0713: offline and never cloned;
    /// MR0714: the repository cannot be reached.</exception>
    public static RegistrySession Open(string? address, RegistryOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new RegistryOptions();
        var parsed = RegistryAddress.Of(address, options);
        return parsed.Url is null ? OpenDirectory(parsed, options) : OpenClone(parsed, options, refresh: !options.Offline, cancellation);
    }

    /// <summary>Opens a registry that will be written, or whose history is read: it must be a directory.</summary>
    /// <exception cref="ModelRegistryException">MR0115: the address is a URL; and those of <see cref="Open"/>.</exception>
    public static RegistrySession OpenWorkingCopy(string? address, RegistryOptions? options = null)
    {
        options ??= new RegistryOptions();
        var parsed = RegistryAddress.Of(address, options);
        return parsed.Url is null
            ? OpenDirectory(parsed, options)
            : throw Codes.Usage.Error($"this needs a working copy, and {parsed.Shown} is an address", "clone the repository with git and name the clone");
    }

    /// <summary>Opens what is on this machine without touching network or git; null where there is nothing.</summary>
    internal static RegistrySession? TryOpenLocal(RegistryAddress address, RegistryOptions options, CancellationToken cancellation)
    {
        if (address.Url is null) return address.Directory is null ? null : OpenDirectory(address, options);
        return options.CacheDirectory is not null && new RegistryClone(address.Url, options).Exists ? OpenClone(address, options, refresh: false, cancellation) : null;
    }

    /// <summary>
    /// Chooses a version and brings its files into the per-user cache, each under its own name: what a build does for an app, at run time. What is there
    /// already is used as it is; what comes is verified. Files that only prove that the model works stay where they are.
    /// </summary>
    /// <param name="name">The family.</param>
    /// <param name="selector">Which version: <c>Selector.Parse("@production")</c>.</param>
    /// <param name="progress">Told how far each file has come.</param>
    /// <param name="trust">Whom the app believes: the version is held against it before a file is fetched, and what it lets pass with a warning goes to
    /// <see cref="RegistryOptions.Log"/>. Null asks nobody; no file is searched for, since an app runs in folders of others.</param>
    /// <param name="cancellation">Stops it; what arrived is kept and gone on with.</param>
    /// <exception cref="ModelRegistryException">As <see cref="Registry.Resolve(ModelName, Selector, ResolveOptions, CancellationToken)"/>; MR0309: there is no cache;
    /// MR08xx: the policy refuses the version.</exception>
    public Task<LocalModel> GetAsync(string name, Selector selector, IProgress<TransferProgress>? progress = null, ModelTrustPolicy? trust = null, CancellationToken cancellation = default)
    {
        var family = ModelName.Parse(name);
        return Task.Run(
            async () =>
            {
                var id = Registry.Resolve(family, selector, new ResolveOptions { Fetch = false }, cancellation).Id;
                // Fetched is what was checked, also where the registry changes meanwhile.
                var version = Registry.GetManifest(id, cancellation);
                if (trust is not null) Registry.ThrowIfRefused(version, trust, cancellation);
                var files = FileFilter.ForApp(id, version.Manifest.Files, []);
                var options = progress is null ? Registry.Context.Options : Registry.Context.Options with { Progress = progress };
                var folder = await new VersionFolder(options, version.Digest)
                    .MakeAsync(id, Registry.Context.Artifacts.Reporting(progress), [.. files.Select(file => new ResolvedFile(file, null))], cancellation).ConfigureAwait(false);
                return LocalModel.In(folder, id, files);
            },
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _held?.Dispose();

    private static RegistrySession OpenDirectory(RegistryAddress address, RegistryOptions options) =>
        new(new Registry(new RegistryContext(address.Directory ?? throw address.NotFound(), options)), address, held: null);

    private static RegistrySession OpenClone(RegistryAddress address, RegistryOptions options, bool refresh, CancellationToken cancellation)
    {
        var clone = new RegistryClone(address.Url!, options);
        var held = clone.Lock(cancellation);
        try
        {
            if (refresh) clone.CloneOrRefresh(cancellation);
            else if (!clone.Exists) throw Codes.NotOnThisMachine.Error($"the registry {address.Shown} was never cloned on this machine, and the build is offline", "build once with the network, or name a directory");
            return new RegistrySession(new Registry(new RegistryContext(clone.FindRegistry(), options, clone, online: refresh)), address, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
