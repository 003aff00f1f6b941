using System.Globalization;

namespace ModelRegistry.Git;

/// <summary>The configuration that git sees in a repository, from all its files, asked once.</summary>
internal sealed class GitConfiguration
{
    private readonly Dictionary<string, string?> _last = new(StringComparer.Ordinal);

    private GitConfiguration(string listed)
    {
        // KEY LF VALUE NUL; a key alone is a switch that is on.
        foreach (var entry in listed.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = entry.IndexOf('\n', StringComparison.Ordinal);
            _last[end < 0 ? entry : entry[..end]] = end < 0 ? null : entry[(end + 1)..];
        }
    }

    /// <exception cref="Diagnostics.ModelRegistryException">MR0403: git cannot read it.</exception>
    public static GitConfiguration Read(GitRepository repository, CancellationToken cancellation) => new(repository.Run(["config", "--list", "-z"], cancellation));

    /// <summary>The last value of a key, whose section and name are in lower case; null where it has none.</summary>
    public string? Value(string key) => _last.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    /// <summary>Whether a switch is on: git-config(1), "boolean".</summary>
    public bool IsOn(string key) => _last.TryGetValue(key, out var value)
        && (value is null || value.ToLowerInvariant() is "true" or "yes" or "on" || (long.TryParse(value, CultureInfo.InvariantCulture, out var number) && number != 0));

    /// <summary>The remotes that have an address.</summary>
    public IEnumerable<string> Remotes => _last.Keys.Where(key => key.StartsWith("remote.", StringComparison.Ordinal) && key.EndsWith(".url", StringComparison.Ordinal) && key.Length > "remote..url".Length)
        .Select(key => key["remote.".Length..^".url".Length]);

    /// <summary>Where a push to a remote goes; null where another setting rewrites addresses, so that only git knows.</summary>
    public string? PushAddress(string remote) =>
        _last.Keys.Any(key => key.StartsWith("url.", StringComparison.Ordinal)) ? null : Value($"remote.{remote}.pushurl") ?? Value($"remote.{remote}.url");
}
