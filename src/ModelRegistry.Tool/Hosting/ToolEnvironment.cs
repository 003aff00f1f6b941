using ModelRegistry.LibGit2;

namespace ModelRegistry.Tool.Hosting;

/// <summary>What the command takes from the environment variables.</summary>
internal static class ToolEnvironment
{
    /// <summary>Colours are off where <c>NO_COLOR</c> holds anything (no-color.org).</summary>
    public static bool NoColour => Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };

    /// <summary>The options of a registry, with messages on standard error.</summary>
    public static RegistryOptions Options(bool quiet, bool verbose) =>
        RegistryOptions.FromEnvironment(Environment.GetEnvironmentVariable, Environment.CurrentDirectory) with
        {
            Log = new StandardErrorLog(quiet, verbose),
            GitFallback = LibGit2Reader.Open,
        };
}
