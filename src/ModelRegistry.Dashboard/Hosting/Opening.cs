using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Opens the registry that the command line names.</summary>
internal static class Opening
{
    public static RegistrySession Open(DashboardOptions options)
    {
        var settings = RegistryOptions.FromEnvironment(Environment.GetEnvironmentVariable, Environment.CurrentDirectory) with { Examiner = new WeightsExaminer(), GitFallback = ModelRegistry.LibGit2.LibGit2Reader.Open };
        if (options.Export is not null) return RegistrySession.Open(options.Registry, settings);
        // A page that somebody opens asks no other machine: which stores there are is said by the registry, and that may be anybody's.
        if (!options.ReadOnly) return RegistrySession.OpenWorkingCopy(options.Registry, settings with { Offline = true });
        var session = RegistrySession.Open(options.Registry, settings);
        if (session.Address is not null) return session;
        session.Dispose();
        return RegistrySession.Open(options.Registry, settings with { Offline = true });
    }
}
