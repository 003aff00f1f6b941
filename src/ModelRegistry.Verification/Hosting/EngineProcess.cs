using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ModelRegistry.Processes;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification.Hosting;

/// <summary>A running program that holds an engine: a clean environment, bounded output, and limits that its parent watches.</summary>
internal sealed class EngineProcess : IDisposable
{
    // The runtime, the mapped weights and the kernels' scratch come on top of what the limit counts.
    private const long Overhead = 512L << 20;

    private const int MaxReason = 400;

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly long _memoryLimit;

    private EngineProcess(Process process, long memoryLimit)
    {
        _process = process;
        _memoryLimit = memoryLimit;
        _errors = ReadErrorsAsync();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <exception cref="Diagnostics.ModelRegistryException">MR0643: it cannot be started.</exception>
    public static EngineProcess Start(EngineHost host, string? argument, int threads, long memoryLimit)
    {
        var start = new ProcessStartInfo(host.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var one in host.Arguments) start.ArgumentList.Add(one);
        if (argument is not null) start.ArgumentList.Add(argument);
        ChildEnvironment.Fill(start.Environment, host, threads, memoryLimit + Overhead);
        return new EngineProcess(
            ChildProcess.Start(start, failure => VerificationCodes.ChildNotStarted.Error($"cannot start '{start.FileName}': {failure.Message}", "check that the .NET runtime is installed", failure)), memoryLimit);
    }

    /// <summary>Waits for the end.</summary>
    public bool WaitForExit(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Whether it uses more than it may.</summary>
    public bool IsOverMemoryLimit()
    {
        try
        {
            _process.Refresh();
            return _process.WorkingSet64 > _memoryLimit + Overhead;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public string MemoryReason => $"the verification took more than {_memoryLimit >> 20} MiB";

    /// <summary>How it ended: its exit code or signal, and the first line that it complained with.</summary>
    public string DescribeEnd()
    {
        var how = _process.ExitCode switch
        {
            > 128 and < 160 and var code when !OperatingSystem.IsWindows() => string.Create(CultureInfo.InvariantCulture, $"was ended by signal {code - 128} ({SignalName(code - 128)})"),
            var code => string.Create(CultureInfo.InvariantCulture, $"ended with code {code}"),
        };
        var errors = _errors.Wait(TimeSpan.FromSeconds(2)) ? _errors.Result : "";
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var reason = Uncaught(lines) ?? lines.FirstOrDefault();
        return SafeText.OneLine($"the verification process {how}{(reason is null ? "" : $": {(reason.Length > MaxReason ? reason[..MaxReason] : reason)}")}");
    }

    // What C++ says of an exception that nobody caught: its type on one line, what it is about after "what():", often on a line of its own.
    private static string? Uncaught(string[] lines)
    {
        var (called, about) = (Array.FindIndex(lines, line => line.StartsWith("terminate called", StringComparison.Ordinal)), Array.FindIndex(lines, line => line.StartsWith("what():", StringComparison.Ordinal)));
        return called < 0 || about < called ? null : lines[about]["what():".Length..].Trim() is { Length: > 0 } said ? said : lines.ElementAtOrDefault(about + 1);
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // It had ended by itself.
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    // Some kernels print thousands of lines; what is not read would stop the child, what is kept would fill the parent.
    private async Task<string> ReadErrorsAsync()
    {
        var kept = new MemoryStream();
        var buffer = new byte[8192];
        var stream = _process.StandardError.BaseStream;
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
                kept.Write(buffer, 0, (int)Math.Min(read, EngineProtocol.MaxErrors - kept.Length));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private static string SignalName(int signal) => signal switch
    {
        4 => "illegal instruction",
        6 => "aborted",
        7 => "bus error",
        8 => "arithmetic error",
        9 => "killed; often for want of memory",
        11 => "segmentation fault",
        15 => "terminated",
        24 => "processor time limit",
        _ => "see 'man 7 signal'",
    };
}
