using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Opens the registry that the command line names.</summary>
internal static class Opening
{
    public static RegistrySession Open(DashboardOptions options)
    {
        var settings = RegistryOptions.FromEnvironment(Environment.GetEnvironmentVariable, Environment.CurrentDirectory) with { Examiner = new WeightsExaminer(), GitFallback = ModelRegistry.LibGit2.LibGit2Reader.Open };
        return options.ReadOnly || options.Export is not null ? RegistrySession.Open(options.Registry, settings) : RegistrySession.OpenWorkingCopy(options.Registry, settings);
    }
}
