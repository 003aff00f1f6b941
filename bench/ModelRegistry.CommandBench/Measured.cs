using System.Diagnostics;

namespace ModelRegistry.CommandBench;

/// <summary>Times whole processes from outside: start to exit, several runs, the median.</summary>
internal static class Measured
{
    public sealed record Figure(string What, double Median, double Min, double Max, long PeakMegabytes, int Runs);

    /// <summary>Runs a command several times after one warm-up.</summary>
    public static Figure Command(string what, int runs, string directory, string executable, string[] arguments, Action? beforeEach = null)
    {
        var times = new List<double>();
        long peak = 0;
        for (var run = -1; run < runs; run++)
        {
            beforeEach?.Invoke();
            var (seconds, megabytes) = Once(directory, executable, arguments);
            if (run < 0) continue;
            times.Add(seconds);
            peak = Math.Max(peak, megabytes);
        }

        times.Sort();
        return new Figure(what, times[times.Count / 2], times[0], times[^1], peak, runs);
    }

    private static (double Seconds, long Megabytes) Once(string directory, string executable, string[] arguments)
    {
        var start = new ProcessStartInfo(executable, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(2)) peak = Math.Max(peak, Peak(process));
        var seconds = watch.Elapsed.TotalSeconds;
        Task.WaitAll(errors, output);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{executable} {string.Join(' ', arguments)}: {errors.Result}{output.Result}");
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
