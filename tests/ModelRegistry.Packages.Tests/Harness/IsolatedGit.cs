using System.Runtime.CompilerServices;

namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>Registrations in this process run git too; the machine's configuration must not reach them.</summary>
internal static class IsolatedGit
{
    [ModuleInitializer]
    internal static void Apply()
    {
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", Path.Combine(Path.GetTempPath(), "mr-no-such-gitconfig"));
        Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
    }
}
