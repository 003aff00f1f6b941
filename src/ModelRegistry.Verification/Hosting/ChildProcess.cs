using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelRegistry.Verification.Checks;

namespace ModelRegistry.Verification.Hosting;

/// <summary>Runs a verification in a process of its own, so that neither a crash nor an endless file takes the caller down.</summary>
internal sealed class ChildProcess(TimeSpan timeout, long memoryLimit)
{
    // The runtime, the mapped weights and the kernels' scratch come on top of what the limit counts.
    private const long Overhead = 512L << 20;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public VerificationReport Run(VerificationRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        using var process = Start(request);
        using var killer = cancellation.Register(static state => Kill((Process)state!), process);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Send(process, request);
        var failure = Watch(process, start);
        cancellation.ThrowIfCancellationRequested();
        if (failure is null && process.ExitCode == 0 && TryRead(output.GetAwaiter().GetResult()) is { } report)
            return report with { Timings = report.Timings.SetItem("total", Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3)) };
        return Crashed(request, failure ?? Describe(process.ExitCode, errors.GetAwaiter().GetResult()));
    }

    private static VerificationReport Crashed(VerificationRequest request, string reason) => new()
    {
        Engine = request.Engine,
        Checks = [new CheckResult("process", false, reason)],
        Timings = Manifest.NoMetrics,
    };

    private static string Describe(int exitCode, string errors)
    {
        var first = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
        return Printed.OneLine(string.Create(CultureInfo.InvariantCulture, $"the verification process ended with code {exitCode}{(first is null ? "" : $": {first}")}"));
    }

    /// <summary>Waits; kills the child when it takes too long or too much. Returns why, or null.</summary>
    private string? Watch(Process process, long start)
    {
        while (!process.WaitForExit(Poll))
        {
            if (Stopwatch.GetElapsedTime(start) > timeout)
            {
                Kill(process);
                return string.Create(CultureInfo.InvariantCulture, $"the verification did not end within {timeout.TotalSeconds:0} s");
            }

            if (WorkingSet(process) > memoryLimit + Overhead)
            {
                Kill(process);
                return string.Create(CultureInfo.InvariantCulture, $"the verification took more than {memoryLimit >> 20} MiB");
            }
        }

        process.WaitForExit();
        return null;
    }

    private static long WorkingSet(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private Process Start(VerificationRequest request)
    {
        var start = new ProcessStartInfo(DotNet())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ModelRegistry.Verification.dll") is var beside && File.Exists(beside) ? beside : Location());
        start.Environment["DOTNET_GCHeapHardLimit"] = (Math.Min(memoryLimit, request.MemoryLimit) + Overhead).ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw VerificationCodes.ChildNotStarted.Error($"cannot start '{start.FileName}': {failure.Message}", "check that the .NET runtime is installed", failure);
        }
    }

    // A task's assembly stands in the package's folder, not beside MSBuild.
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "A single-file app has the file beside it, and that is looked for first.")]
    private static string Location() => typeof(ChildProcess).Assembly.Location;

    // The host of the runtime that runs this process: shared/Microsoft.NETCore.App/VERSION is three folders below it.
    private static string DotNet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var host = Path.Combine(root, name);
        return File.Exists(host) ? host : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? name;
    }

    private static void Send(Process process, VerificationRequest request)
    {
        try
        {
            JsonSerializer.Serialize(process.StandardInput.BaseStream, request, VerificationJson.Default.VerificationRequest);
            process.StandardInput.Close();
        }
        catch (IOException) when (process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            // It ended without reading; its exit code says why.
        }
    }

    private static VerificationReport? TryRead(string output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, VerificationJson.Default.VerificationReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It had ended by itself.
        }
    }
}
