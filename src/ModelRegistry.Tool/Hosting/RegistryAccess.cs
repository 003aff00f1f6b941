using ModelRegistry.Diagnostics;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Opens the registry that a command line and the environment name.</summary>
internal static class RegistryAccess
{
    /// <summary>Opens the registry of a directory, else of <c>MODELREG_REGISTRY</c>, else the nearest from the current directory upwards.</summary>
    public static Registry Open(string? directory, RegistryOptions options) =>
        (directory ?? ToolEnvironment.Registry) is { } named
            ? Registry.Open(Directory(named), options)
            : Registry.Discover(Environment.CurrentDirectory, options);

    public static RegistryOptions Options(bool quiet, bool verbose)
    {
        var usual = new RegistryOptions();
        return usual with
        {
            Log = new StandardErrorLog(quiet, verbose),
            CacheDirectory = ToolEnvironment.CacheDirectory,
            FallbackPaths = ToolEnvironment.FallbackPaths,
            GitTimeout = ToolEnvironment.Seconds("MODELREG_GIT_TIMEOUT", usual.GitTimeout),
            LockTimeout = ToolEnvironment.Seconds("MODELREG_LOCK_TIMEOUT", usual.LockTimeout),
        };
    }

    private static string Directory(string named)
    {
        if (named.Contains("://", StringComparison.Ordinal) || named.StartsWith("git@", StringComparison.Ordinal))
            throw Codes.RegistryNotFound.Error($"{PlainText.OneLine(named)} is an address, not a directory", "clone the repository with git and name the clone");
        return named.Length > 0 ? named : throw Codes.Usage.Error("--registry is empty", "name a directory");
    }
}
