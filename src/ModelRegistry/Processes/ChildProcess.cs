using System.ComponentModel;
using System.Diagnostics;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Processes;

/// <summary>The one place that starts programs.</summary>
internal static class ChildProcess
{
    /// <summary>Starts a program.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="failed">What it means that it cannot be started.</param>
    public static Process Start(ProcessStartInfo start, Func<Win32Exception, ModelRegistryException> failed)
    {
        try
        {
#pragma warning disable RS0030 // Here.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception failure)
        {
            throw failed(failure);
        }
    }

    /// <summary>Ends a program and what it started, where it has not ended by itself.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // It had ended by itself.
        }
    }
}
