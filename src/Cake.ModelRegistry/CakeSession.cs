using Cake.Core;
using Cake.Core.Diagnostics;
using ModelRegistry;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace Cake.ModelRegistry;

/// <summary>Opens the registry that settings and environment name. Folders and variables come from Cake's environment, never from the process.</summary>
internal static class CakeSession
{
    /// <summary>Opens the registry for reading: a directory or a URL.</summary>
    public static RegistrySession Open(ICakeContext context, RegistryAliasSettings settings) =>
        RegistrySession.Open(settings.Registry?.FullPath, Options(context));

    /// <summary>Opens the registry for writing: a directory.</summary>
    public static RegistrySession OpenWorkingCopy(ICakeContext context, RegistryAliasSettings settings) =>
        RegistrySession.OpenWorkingCopy(settings.Registry?.FullPath, Options(context));

    private static RegistryOptions Options(ICakeContext context) =>
        RegistryOptions.FromEnvironment(context.Environment.GetEnvironmentVariable, context.Environment.WorkingDirectory.FullPath) with
        {
            Log = new CakeRegistryLog(context.Log),
            Examiner = new WeightsExaminer(),
            Progress = new CakeTransferProgress(context.Log),
        };
}

/// <summary>Says through Cake's log what the registry wants to be known.</summary>
internal sealed class CakeRegistryLog(ICakeLog log) : IRegistryLog
{
    public void Warn(Diagnostic diagnostic, string message) => log.Warning("{0}", $"warning {diagnostic.Code}: {message}");

    public void Detail(string message) => log.Verbose("{0}", message);
}
