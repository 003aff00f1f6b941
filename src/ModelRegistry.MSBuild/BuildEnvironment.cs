using System.Globalization;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>What a build takes from the environment variables of the machine.</summary>
internal static class BuildEnvironment
{
    public static RegistryOptions Options(IRegistryLog log, string? cacheDirectory)
    {
        var defaults = new RegistryOptions();
        return defaults with
        {
            Log = log,
            CacheDirectory = cacheDirectory ?? Variable("MODELREG_CACHE") ?? PlatformCache(),
            FallbackPaths = [.. (Variable("MODELREG_FALLBACK_PATHS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            GitTimeout = double.TryParse(Variable("MODELREG_GIT_TIMEOUT"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86400
                ? TimeSpan.FromSeconds(seconds)
                : defaults.GitTimeout,
        };
    }

    private static string? PlatformCache()
    {
        var root = OperatingSystem.IsWindows() ? Variable("LOCALAPPDATA")
            : OperatingSystem.IsMacOS() ? Below(Variable("HOME"), "Library", "Caches")
            : Variable("XDG_CACHE_HOME") ?? Below(Variable("HOME"), ".cache");
        return Below(root, "modelreg");
    }

    private static string? Below(string? root, params string[] segments) => root is null ? null : Path.Combine([root, .. segments]);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
