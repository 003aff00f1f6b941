using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelRegistry.Verification.Hosting;

/// <summary>One question to an engine, in a process of its own, so that neither a crash nor an endless file takes the caller down.</summary>
internal static class EngineCall
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a verification.</summary>
    public static VerificationReport Verify(EngineHost host, VerificationRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = EngineProcess.Start(host, null, request.Threads, request.MemoryLimit);
        var (report, failure) = Ask(process, input => JsonSerializer.Serialize(input, request, VerificationJson.Default.VerificationRequest), VerificationJson.Default.VerificationReport, timeout, cancellation);
        return report is { Protocol: EngineProtocol.Version, Checks.IsDefaultOrEmpty: false }
            ? report with { Timings = report.Timings.SetItem("total", Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3)) }
            : VerificationReport.Unanswered(request.Engine, failure ?? NoAnswer(host));
    }

    /// <summary>Asks a program what it holds.</summary>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0643, MR0646: it does not answer.</exception>
    public static EngineDescription Describe(EngineHost host, CancellationToken cancellation)
    {
        using var process = EngineProcess.Start(host, EngineProtocol.DescribeArgument, threads: 1, memoryLimit: 1L << 30);
        var (description, failure) = Ask(process, static _ => { }, VerificationJson.Default.EngineDescription, TimeSpan.FromSeconds(30), cancellation);
        return description is { Protocol: EngineProtocol.Version } ? description : throw VerificationCodes.EngineBroken.Error(failure ?? NoAnswer(host), "install the engine again, of the release of this modelreg");
    }

    private static string NoAnswer(EngineHost host) => $"the program of the engine {host.Engine} ended well, but what it wrote is no answer in version {EngineProtocol.Version} of the protocol";

    private static (T? Answer, string? Failure) Ask<T>(EngineProcess process, Action<Stream> send, JsonTypeInfo<T> type, TimeSpan timeout, CancellationToken cancellation)
        where T : class
    {
        cancellation.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        using var killer = cancellation.Register(static state => ((EngineProcess)state!).Kill(), process);
        var output = ReadAsync(process.Output);
        Send(process, send);
        var failure = Watch(process, start, timeout);
        cancellation.ThrowIfCancellationRequested();
        return failure is not null ? (null, failure)
            : process.ExitCode != 0 ? (null, process.DescribeEnd())
            : (TryRead(output.GetAwaiter().GetResult(), type), null);
    }

    /// <summary>Waits; kills the child when it takes too long or too much. Returns why, or null.</summary>
    private static string? Watch(EngineProcess process, long start, TimeSpan timeout)
    {
        while (!process.WaitForExit(Poll))
        {
            if (Stopwatch.GetElapsedTime(start) > timeout)
            {
                process.Kill();
                return string.Create(CultureInfo.InvariantCulture, $"the verification did not end within {timeout.TotalSeconds:0} s");
            }

            if (process.IsOverMemoryLimit())
            {
                process.Kill();
                return process.MemoryReason;
            }
        }

        return null;
    }

    private static void Send(EngineProcess process, Action<Stream> send)
    {
        try
        {
            send(process.Input);
            process.Input.Close();
        }
        catch (IOException) when (process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            // It ended without reading; its exit code says why.
        }
    }

    // More than an answer can be is read to its end, so that the child can end, and not kept.
    private static async Task<MemoryStream> ReadAsync(Stream stream)
    {
        const int MaxAnswer = 64 << 20;
        var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            kept.Write(buffer, 0, (int)Math.Min(read, MaxAnswer - kept.Length));
        return kept;
    }

    private static T? TryRead<T>(MemoryStream output, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(output.GetBuffer().AsSpan(0, (int)output.Length), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
