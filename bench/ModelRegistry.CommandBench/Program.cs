using System.Globalization;
using System.Runtime.InteropServices;
using ModelRegistry.CommandBench;
using ModelRegistry.CommandBench.Groups;

// Whole-process figures of the modelreg command beside its peers, as rows of a Markdown table; the same goes to artifacts/bench/processes.md.
//   dotnet run -c Release --project bench/ModelRegistry.CommandBench -- PATH-TO-modelreg [GROUP]...
var groups = new Dictionary<string, Func<Bench, IEnumerable<Measured.Figure>>>(StringComparer.Ordinal)
{
    ["start"] = Reading.Start,
    ["resolve"] = Reading.Resolve,
    ["list"] = Reading.List,
    ["doctor"] = Reading.Doctor,
    ["register"] = Registering.Small,
    ["large"] = Registering.Large,
    ["verify"] = Verifying.ResNet18,
    ["build"] = Building.NoOp,
    ["signature"] = Trusting.Signature,
    ["policy"] = Trusting.Policy,
    ["demo"] = Building.Demo,
};
if (args.Length == 0 || args[1..].Except(groups.Keys).Any())
{
    Console.Error.WriteLine($"usage: ModelRegistry.CommandBench PATH-TO-modelreg [{string.Join('|', groups.Keys)}]...   (all but demo where none is named)");
    return 2;
}

var wanted = args.Length > 1 ? args[1..] : [.. groups.Keys.Except(["demo"])];
var repository = Bench.FindRepository();
var report = Path.Combine(Directory.CreateDirectory(Path.Combine(repository, "artifacts", "bench")).FullName, "processes.md");
using var table = new StreamWriter(report) { AutoFlush = true };
using var scratch = new Scratch();
var bench = new Bench(Path.GetFullPath(args[0]), scratch, repository, Print);
Print($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, load {Bench.Load()}, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd HH:mm}");
Print("");
Print("| what | median ms | min | max | peak MB | runs | budget |");
Print("|---|---:|---:|---:|---:|---:|---:|");
var failed = 0;
foreach (var group in wanted)
{
    try
    {
        foreach (var figure in groups[group](bench))
            Print(string.Create(CultureInfo.InvariantCulture, $"| {figure.What} | {figure.Median * 1000:0} | {figure.Min * 1000:0} | {figure.Max * 1000:0} | {(figure.PeakMegabytes == 0 ? "" : figure.PeakMegabytes)} | {figure.Runs} | {figure.Budget} |"));
    }
    catch (Exception failure) when (failure is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
    {
        // One group that cannot run, such as for want of a peer, leaves the others their figures.
        Console.Error.WriteLine($"{group}: {failure.Message}");
        failed = 1;
    }
}

Console.Error.WriteLine($"load {Bench.Load()} at the end; written to {report}");
return failed;

void Print(string line)
{
    Console.WriteLine(line);
    table.WriteLine(line);
}
