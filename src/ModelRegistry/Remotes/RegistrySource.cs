using System.Text.RegularExpressions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Remotes;

/// <summary>Where a registry is: a directory, or a git repository that is cloned into the per-user cache.</summary>
public abstract partial record RegistrySource
{
    private protected RegistrySource()
    {
    }

    /// <summary>The address for people and for the lock file: a URL without credentials; null for a directory.</summary>
    public abstract string? Address { get; }

    /// <summary>
    /// Reads what a user wrote: a directory, the path of a bare git repository, a git URL (<c>https://…</c>, <c>ssh://…</c>,
    /// <c>file://…</c>, <c>user@host:path</c>), or nothing for the nearest registry upwards.
    /// </summary>
    /// <param name="root">What was written.</param>
    /// <param name="startDirectory">What a relative path is relative to, and where the search upwards starts.</param>
    public static RegistrySource Parse(string? root, string startDirectory)
    {
        if (string.IsNullOrWhiteSpace(root)) return new DirectorySource(RegistryLocation.Upwards(startDirectory), startDirectory);
        root = root.Trim();
        if (Url().IsMatch(root) || ShortSshAddress().IsMatch(root)) return new GitSource(root);
        var full = Path.GetFullPath(root, startDirectory);
        if (RegistryLocation.At(full) is { } found) return new DirectorySource(found, full);
        var isBare = File.Exists(Path.Combine(full, "HEAD")) && Directory.Exists(Path.Combine(full, "objects"));
        return isBare ? new GitSource(new Uri(full).AbsoluteUri) : new DirectorySource(null, full);
    }

    /// <summary>Opens the registry as it is now: a clone is made or brought up to date, unless <paramref name="offline"/>.</summary>
    /// <exception cref="ModelRegistryException">MR0201: none there; MR0713: offline and never cloned; MR0714: the repository cannot be reached.</exception>
    public abstract RegistryAccess Open(bool offline, RegistryOptions options, CancellationToken cancellation = default);

    /// <summary>Opens what is on this machine without touching network or git; null where there is nothing.</summary>
    public abstract RegistryAccess? TryOpenLocal(RegistryOptions options, CancellationToken cancellation = default);

    [GeneratedRegex("^[a-z][a-z0-9+.-]*://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    // git-clone(1): [user@]host:path; the user is required here, so that C:\models stays a path.
    [GeneratedRegex(@"^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\\]", RegexOptions.CultureInvariant)]
    private static partial Regex ShortSshAddress();
}

/// <summary>A registry in a directory.</summary>
internal sealed record DirectorySource(string? Found, string Asked) : RegistrySource
{
    public override string? Address => null;

    public override RegistryAccess Open(bool offline, RegistryOptions options, CancellationToken cancellation = default) =>
        TryOpenLocal(options, cancellation)
        ?? throw Codes.RegistryNotFound.Error($"no registry in {Asked} or above", "run 'modelreg init', or name one with ModelRegistryRoot");

    public override RegistryAccess? TryOpenLocal(RegistryOptions options, CancellationToken cancellation = default) =>
        Found is null ? null : new RegistryAccess(Registry.Open(Found, options), null, null);
}

/// <summary>A registry in a git repository.</summary>
internal sealed record GitSource(string Url) : RegistrySource
{
    public override string? Address => Git.SourceLineage.WithoutCredentials(Url);

    public override RegistryAccess Open(bool offline, RegistryOptions options, CancellationToken cancellation = default)
    {
        var clone = new RegistryClone(Url, options);
        var held = clone.Lock(cancellation);
        try
        {
            if (!offline) clone.CloneOrRefresh(cancellation);
            else if (!clone.Exists) throw Codes.NotOnThisMachine.Error($"the registry {Address} was never cloned on this machine, and the build is offline", "build once with the network, or set ModelRegistryRoot to a directory");
            return new RegistryAccess(clone.OpenRegistry(), offline ? null : clone, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public override RegistryAccess? TryOpenLocal(RegistryOptions options, CancellationToken cancellation = default)
    {
        if (options.CacheDirectory is null) return null;
        var clone = new RegistryClone(Url, options);
        if (!clone.Exists) return null;
        var held = clone.Lock(cancellation);
        try
        {
            return new RegistryAccess(clone.OpenRegistry(), null, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
