using System.CommandLine;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg doctor</c>.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly Option<bool> _fix;
    private readonly Option<bool> _remote;

    public DoctorCommand()
        : base("doctor", "Check metadata, artifacts and history against each other", "doctor", "doctor --fix", "doctor --remote", "doctor --json")
    {
        _fix = With(new Option<bool>("--fix") { Description = "Mend what can be mended without losing anything" });
        _remote = With(new Option<bool>("--remote") { Description = "Ask web servers, buckets and OCI registries whether they have what the registry says" });
    }

    public override ExitCode Run(CommandContext context)
    {
        DoctorReport report;
        using (var progress = context.ShowProgress())
        {
            var steps = context.Verbose ? new VerboseSteps() : null;
            report = context.OpenWorkingCopy(progress).Doctor(context.Value(_fix), steps, context.Value(_remote), context.Cancellation);
        }

        if (context.Json) CommandContext.Print(json => json.Health(report));
        else Show(context, report);
        return report.Healthy ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private void Show(CommandContext context, DoctorReport report)
    {
        foreach (var finding in report.Findings)
        {
            var (word, style) = finding.Mended ? ("mended", Screen.Good) : finding.Severity switch
            {
                DoctorSeverity.Error => ("error", Screen.Bad),
                DoctorSeverity.Warning => ("warning", Screen.Notice),
                _ => ("info", Screen.Faint),
            };
            var what = finding.What.Contains(finding.Where, StringComparison.Ordinal) ? finding.What : $"{finding.What}, {finding.Where}";
            context.Screen.Line($"{word} {finding.Diagnostic.Code}: {what}{(finding.Fix is null || finding.Mended ? "" : $"; {finding.Fix}")}", style);
        }

        var open = report.Findings.Count(f => f.Severity != DoctorSeverity.Info && !f.Mended);
        if (report.Healthy) context.Confirm("the registry is healthy");
        else context.Confirm($"{open} finding{(open == 1 ? "" : "s")}{(context.Value(_fix) ? "" : "; 'modelreg doctor --fix' mends what can be mended without losing anything")}");
    }

    /// <summary>Prints each step as it begins.</summary>
    private sealed class VerboseSteps : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(SafeText.OneLine(value));
    }
}
