using System.CommandLine;
using System.IO.Enumeration;
using System.Text.Json;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Weights;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg scan</c>.</summary>
internal sealed class ScanCommand : ToolCommand
{
    private readonly Argument<string[]> _targets;

    public ScanCommand()
        : base("scan", "Say whether weights are safe to load: nothing in them is executed", "scan model.pth", "scan downloads/ other.pt resnet18/latest", "scan resnet18/latest --json")
    {
        _targets = With(new Argument<string[]>("FILE|DIR|NAME") { Description = "Files, directories, or versions: NAME[/SELECTOR]", Arity = ArgumentArity.OneOrMore });
    }

    public override ExitCode Run(CommandContext context)
    {
        var targets = context.Value(_targets)!;
        IReadOnlyList<ScanReport> reports = [.. targets.SelectMany(target => Scan(context, target))];
        var verdict = reports.Count == 0 ? ScanVerdict.Safe : reports.Select(r => r.Verdict).MaxBy(Severity);
        var leftOut = targets.Where(Directory.Exists).Sum(Entries) - reports.Count(r => targets.Any(t => Directory.Exists(t) && r.Path.StartsWith(t, StringComparison.Ordinal)));
        if (context.Json) CommandContext.Print(json => Document(json, targets, verdict, reports, leftOut));
        else Show(context, reports, leftOut);
        return verdict == ScanVerdict.Safe ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static IReadOnlyList<ScanReport> Scan(CommandContext context, string target)
    {
        try
        {
            if (Directory.Exists(target)) return WeightsScanner.ScanDirectory(target, context.Cancellation);
            if (File.Exists(target)) return [WeightsScanner.Scan(target, context.Cancellation)];
            var found = WeightsTarget.Find(context, target);
            var version = found.Version!;
            var folder = version.Manifest.NeedsFolder ? found.Registry!.Folder(version, context.Cancellation) : null;
            var reports = WeightsScanner.Scan([.. version.Files.Select(file => folder is null ? file.LocalPath! : file.File.Path.Under(folder))], context.Cancellation);
            return
            [
                .. version.Files.Zip(reports)
                    .Where(pair => pair.First.File.Role == FileRoles.Weights || pair.Second.Verdict == ScanVerdict.Dangerous)
                    .Select(pair => pair.Second with { Path = $"{version.Id}/{pair.First.File.Path}" }),
            ];
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(target);
        }
    }

    // Files, and links, which are not followed.
    private static int Entries(string directory) => new FileSystemEnumerable<bool>(
        directory, static (ref _) => true, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
    {
        ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory || (entry.Attributes & FileAttributes.ReparsePoint) != 0,
        ShouldRecursePredicate = static (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    }.Count();

    private static int Severity(ScanVerdict verdict) => verdict switch
    {
        ScanVerdict.Safe => 0,
        ScanVerdict.Unknown => 1,
        ScanVerdict.Data => 2,
        ScanVerdict.Invalid => 3,
        _ => 4,
    };

    // One file has its document to itself. Several have the worst verdict and all findings in front, and one document each below.
    private static void Document(Utf8JsonWriter json, string[] targets, ScanVerdict verdict, IReadOnlyList<ScanReport> reports, int leftOut)
    {
        if (reports is [var only])
        {
            Fields(json, only);
            return;
        }

        json.WriteString("path", targets is [var target] ? target : null);
        json.WriteString("verdict", WeightsExaminer.VerdictName(verdict));
        json.WriteNull("format");
        json.Objects("findings", reports.SelectMany(r => r.Findings.Select(f => f with { Where = $"{r.Path}{(f.Where.Length == 0 ? "" : $": {f.Where}")}" })), finding => Finding(json, finding));
        json.Objects("files", reports, report => Fields(json, report));
        json.WriteNumber("leftOut", leftOut);
    }

    private static void Fields(Utf8JsonWriter json, ScanReport report)
    {
        json.WriteString("path", report.Path);
        json.WriteString("verdict", WeightsExaminer.VerdictName(report.Verdict));
        json.WriteString("format", WeightsExaminer.FormatName(report.Format));
        json.Objects("findings", report.Findings, finding => Finding(json, finding));
    }

    private static void Finding(Utf8JsonWriter json, WeightsFinding finding)
    {
        json.WriteString("code", finding.Code);
        json.WriteString("what", finding.What);
        json.WriteString("where", finding.Where);
    }

    private static void Show(CommandContext context, IReadOnlyList<ScanReport> reports, int leftOut)
    {
        if (reports.Count == 0) context.Confirm("nothing there holds weights or claims to");
        foreach (var report in reports)
        {
            var safe = report.Verdict == ScanVerdict.Safe;
            var style = report.Verdict switch { ScanVerdict.Safe => Screen.Good, ScanVerdict.Data or ScanVerdict.Unknown => Screen.Notice, _ => Screen.Bad };
            if (safe && context.Quiet) continue;
            context.Screen.Line($"{WeightsExaminer.VerdictName(report.Verdict)}  {report.Path}{(WeightsExaminer.FormatName(report.Format) is { } format ? $" ({format})" : "")}", style);
            foreach (var finding in report.Findings) context.Screen.Line($"  {finding.Code} {finding.What}{(finding.Where.Length == 0 ? "" : $", {finding.Where}")}");
            if (report.Verdict == ScanVerdict.Data) context.Screen.Line("  no code: 'modelreg convert --tensors-only' writes the tensors without these values", Screen.Faint);
            if (report.Hint is { } hint) context.Screen.Line($"  {hint}", Screen.Faint);
        }

        if (leftOut > 0) context.Confirm($"left out {leftOut} file{(leftOut == 1 ? " that holds no weights and claims" : "s that hold no weights and claim")} none by name; links are not followed");
    }
}
