using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Layout;

namespace ModelRegistry.Remotes;

/// <summary>Where a registry is: a directory, or a git repository that is cloned into the per-user cache.</summary>
/// <param name="Url">The address of the git repository; null for a directory.</param>
/// <param name="Directory">The registry's directory; null for a URL, and where there is none.</param>
/// <param name="Asked">What the user named: the directory, or the one from which the search went upwards.</param>
/// <param name="IsSearch">Nothing was named: the nearest registry upwards is meant.</param>
internal sealed record RegistryAddress(string? Url, string? Directory, string Asked, bool IsSearch = false)
{
    /// <summary>The address for people and for the lock file: a URL without credentials; null for a directory.</summary>
    public string? Shown => Url is null ? null : SourceLineage.WithoutCredentials(Url);

    /// <summary>
    /// Reads what a user wrote: a directory, the path of a bare git repository, a git URL (<c>https://…</c>, <c>ssh://…</c>,
    /// <c>file://…</c>, <c>user@host:path</c>); for null what the environment names, else the nearest registry upwards.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0115: the address is empty.</exception>
    public static RegistryAddress Of(string? address, RegistryOptions options)
    {
        var named = (address ?? options.Registry)?.Trim();
        if (named is null) return new RegistryAddress(null, RegistryLocation.Upwards(options.WorkingDirectory), options.FullPath("."), IsSearch: true);
        if (named.Length == 0) throw Codes.Usage.Error("the address of the registry is empty", "name a directory or a git URL");
        if (IsUrl(named)) return new RegistryAddress(named, null, named);
        var full = options.FullPath(named);
        if (RegistryLocation.At(full) is { } found) return new RegistryAddress(null, found, full);
        var isBare = File.Exists(Path.Combine(full, "HEAD")) && System.IO.Directory.Exists(Path.Combine(full, "objects"));
        return isBare ? new RegistryAddress(new Uri(full).AbsoluteUri, null, full) : new RegistryAddress(null, null, full);
    }

    /// <summary>Why there is no registry in the directory.</summary>
    public ModelRegistryException NotFound() => IsSearch
        ? Codes.RegistryNotFound.Error(
            $"no registry in {Asked} or above",
            IsSparse(Asked) ? "this checkout is sparse: 'git sparse-checkout add registry' brings the registry that it leaves out" : "run 'modelreg init', or name one with --registry, MODELREG_REGISTRY or ModelRegistryRoot")
        : Codes.RegistryNotFound.Error($"{Asked} is not a registry: it has neither registry.json nor registry/registry.json", "run 'modelreg init' there");

    // git-sparse-checkout(1), "Internals": the patterns stay when it is switched off, and name what is there then.
    private static bool IsSparse(string directory) =>
        System.IO.Directory.Exists(directory) && GitLocation.Of(directory) is { } location && File.Exists(Path.Combine(location.GitDirectory, "info", "sparse-checkout"))
        && GitPath.TryParse($"{RegistryLocation.DefaultFolder}/{RegistryLayout.SettingsFileName}", out var settings) && GitIndex.Find(location, settings) is not null;

    // No regular expression: this is asked before the first model is resolved, and starting that library takes longer than the answer.
    private static bool IsUrl(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && char.IsAsciiLetter(text[0]) && text[..scheme].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-')) return true;
        // git-clone(1): [user@]host:path; the user is required here, so that C:\models stays a path.
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return at > 0 && colon > at + 1 && colon + 1 < text.Length && text[colon + 1] != '\\' && IsHost(text[..at]) && IsHost(text[(at + 1)..colon]);
    }

    private static bool IsHost(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
