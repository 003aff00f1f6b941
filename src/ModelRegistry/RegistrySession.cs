using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Remotes;

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
