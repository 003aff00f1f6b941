using ModelRegistry.Diagnostics;
using ModelRegistry.Remotes;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Opens the registry that a command line and the environment name.</summary>
internal static class RegistryOpening
{
    /// <summary>Whether the registry is named by the address of a git repository.</summary>
    public static bool IsAddress(string? named) => named is not null && RegistrySource.Parse(named, Environment.CurrentDirectory).Address is not null;

    /// <summary>Opens the registry of a directory; for none, the nearest from the current directory upwards.</summary>
    public static Registry Open(string? directory, RegistryOptions options) =>
        directory is null ? Registry.Discover(Environment.CurrentDirectory, options)
        : directory.Length > 0 ? Registry.Open(directory, options)
        : throw Codes.Usage.Error("--registry is empty", "name a directory");

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
}
