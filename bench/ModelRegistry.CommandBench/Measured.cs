using System.Diagnostics;

namespace ModelRegistry.CommandBench;

/// <summary>A whole process that is timed.</summary>
/// <param name="What">The row of the table.</param>
/// <param name="Directory">Where it runs.</param>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record Timed(string What, string Directory, string Program, params string[] Arguments)
{
    /// <summary>What it is to reach; null for a peer.</summary>
    public string? Budget { get; init; }

    /// <summary>Prepared before each run, and not timed.</summary>
    public Action? Before { get; init; }

    /// <summary>The exit code of a run that counts.</summary>
    public int ExitCode { get; init; }
}

/// <summary>Times whole processes from outside, start to exit.</summary>
internal static class Measured
{
    public sealed record Figure(string What, double Median, double Min, double Max, long PeakMegabytes, int Runs, string? Budget);

    /// <summary>Runs processes in turn, so that a busy moment of the machine meets all of them, after one warm-up each.</summary>
    public static IReadOnlyList<Figure> InTurn(int runs, params IReadOnlyList<Timed> processes)
    {
        var times = processes.Select(_ => new List<double>()).ToArray();
        var peaks = new long[processes.Count];
        for (var run = -1; run < runs; run++)
        {
            for (var i = 0; i < processes.Count; i++)
            {
                processes[i].Before?.Invoke();
                var (seconds, megabytes) = Once(processes[i]);
                if (run < 0) continue;
                times[i].Add(seconds);
                peaks[i] = Math.Max(peaks[i], megabytes);
            }
        }

        return [.. processes.Select((p, i) => Of(p, times[i], peaks[i]))];
    }

    private static Figure Of(Timed process, List<double> times, long peak)
    {
        times.Sort();
        return new Figure(process.What, times[times.Count / 2], times[0], times[^1], peak, times.Count, process.Budget);
    }

    private static (double Seconds, long Megabytes) Once(Timed timed)
    {
        var start = new ProcessStartInfo(timed.Program, timed.Arguments) { WorkingDirectory = timed.Directory, RedirectStandardOutput = true, RedirectStandardError = true };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        // A short process is waited for without looking at it, which would take longer than some of them run.
        if (!process.WaitForExit(100))
        {
            do peak = Math.Max(peak, Peak(process));
            while (!process.WaitForExit(5));
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Task.WaitAll(errors, output);
        if (process.ExitCode != timed.ExitCode) throw new InvalidOperationException($"{timed.Program} {string.Join(' ', timed.Arguments)}: {errors.Result}{output.Result}");
        return (seconds, peak / 1024 / 1024);
    }

    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.HasExited ? 0 : process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
