using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Locking;
using ModelRegistry.Trust;

namespace ModelRegistry.Benchmarks.Trusting;

/// <summary>
/// What a trust policy adds to the resolution of ten locked models, inside the process and as the task of a build asks: the policy is read and every
/// signature verified. Measured as the same resolution with the policy and without, one after the other: in a process that has resolved before and not
/// yet checked (a build that just started), and in one that has checked before (a node that stays). The budget is 30 ms for ten models.
/// </summary>
internal static class PolicyOfTenModels
{
    private static readonly List<ModelRequest> Requests = [.. Enumerable.Range(0, SignedRegistry.Models).Select(i => new ModelRequest(SignedRegistry.Family(i), Selector.Parse("latest")))];

    public static int Run(string[] arguments)
    {
        if (arguments is ["--first", var measured])
        {
            Time(measured, asked: false);
            var (milliseconds, processor) = Difference(measured);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds} {processor}"));
            return 0;
        }

        var folder = Directory.CreateTempSubdirectory("modelreg-policy-").FullName;
        try
        {
            foreach (var (what, certified) in new[] { ("a key", false), ("a certificate below an authority", true) })
            {
                var root = Path.Combine(folder, what);
                SignedRegistry.Make(root, certified);
                Difference(root);
                Print($"{what}, first check of a process", [.. Enumerable.Range(0, 15).Select(_ => InAnotherProcess(root))]);
                for (var i = 0; i < 100; i++) Difference(root);
                Print($"{what}, every later check", [.. Enumerable.Range(0, 200).Select(_ => Difference(root))]);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Milliseconds, double Processor) Difference(string root)
    {
        var without = Time(root, asked: false);
        var with = Time(root, asked: true);
        return (with.Milliseconds - without.Milliseconds, with.Processor - without.Processor);
    }

    private static (double Milliseconds, double Processor) Time(string root, bool asked)
    {
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var resolver = new LockedResolver(new LockedResolverOptions
        {
            LockFile = Path.Combine(root, asked ? "asked.lock.json" : "none.lock.json"),
            Address = root,
            Trust = ModelTrustPolicy.Find(asked ? SignedRegistry.Policy : ModelTrustPolicy.None, root),
        });
        if (resolver.Resolve(Requests).References.Count != SignedRegistry.Models) throw new InvalidOperationException("not all models were resolved");
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
    }

    private static (double Milliseconds, double Processor) InAnotherProcess(string root)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["policy", "--first", root]) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("the measuring process failed");
        return (double.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture));
    }

    // Processor time is of the whole process, compilation in the background included.
    private static void Print(string what, (double Milliseconds, double Processor)[] figures)
    {
        var times = figures.Select(figure => figure.Milliseconds).Order().ToArray();
        var processor = figures.Select(figure => figure.Processor).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| a policy for {SignedRegistry.Models} models: {what} | {times[times.Length / 2]:0.00} ms | {times[0]:0.00} | {times[^1]:0.00} | {processor[processor.Length / 2]:0.00} ms of processor time | {times.Length} |"));
    }
}
