using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Weights.Fuzz;

// fuzz [--executions N] [--seed S] [--seeds DIR] [--failures DIR]
var options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.Ordinal);
var executions = long.Parse(options.GetValueOrDefault("--executions", "100000"), CultureInfo.InvariantCulture);
var seed = int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture);
var seeds = Seeds.Read(options.GetValueOrDefault("--seeds", Path.Combine(AppContext.BaseDirectory, "fixtures")));
var failures = options.GetValueOrDefault("--failures", "");

var random = new Random(seed);
var mutator = new Mutator(seeds, random);
var clock = Stopwatch.StartNew();
var (failed, slowest) = (0, TimeSpan.Zero);
for (long i = 0; i < executions; i++)
{
    var file = mutator.Next();
    if (random.Next(4) != 0)
    {
        var bytes = file.ToArray();
        Seeds.MendChecksums(bytes);
        file = bytes;
    }

    var started = clock.Elapsed;
    string? problem;
    try
    {
        problem = Target.Run(file, tensorsOnly: random.Next(4) == 0);
    }
#pragma warning disable CA1031 // Any other exception is what this program is looking for.
    catch (Exception e)
#pragma warning restore CA1031
    {
        problem = e.ToString();
    }

    slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (clock.Elapsed - started).Ticks));
    if (problem is not null)
    {
        failed++;
        Console.WriteLine($"execution {i}: {problem}");
        if (failures.Length > 0)
        {
            File.WriteAllBytes(Path.Combine(failures, string.Create(CultureInfo.InvariantCulture, $"{seed}-{i}.bin")), file.ToArray());
        }
    }
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{executions} executions from {seeds.Count} seeds in {clock.Elapsed.TotalSeconds:F1} s ({executions / clock.Elapsed.TotalSeconds:F0}/s), {failed} failures, slowest {slowest.TotalMilliseconds:F0} ms, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
return failed == 0 ? 0 : 1;
