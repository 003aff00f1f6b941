using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg gc</c>.</summary>
internal sealed class GcCommand : ToolCommand
{
    private const string LatestRule = "latest=";

    private readonly Option<TimeSpan?> _grace;
    private readonly Option<bool> _history;
    private readonly Option<string[]> _locks;
    private readonly Option<string[]> _keep;
    private readonly Option<long?> _maxSize;
    private readonly Option<bool> _remote;
    private readonly Option<bool> _dryRun;

    public GcCommand()
        : base("gc", "Remove artifacts from the local store that no branch, tag, stash, index, work tree or lock file names any more", "gc --dry-run", "gc --grace 30d --lock ../app/models.lock.json", "gc --keep latest=5 --keep @production", "gc --remote --dry-run")
    {
        _grace = With(Quantity.Age("--grace", "Leave what was published within this time [default: 14d]"));
        _history = With(new Option<bool>("--history") { Description = "Keep what any commit ever named" });
        _locks = With(CommonOptions.Many("--lock", "FILE", "A lock file whose versions are kept; may be given more than once"));
        _keep = With(CommonOptions.Many("--keep", "latest=N|@ALIAS", "Keep these versions here, and remove others that another store verifiably has"));
        _maxSize = With(Quantity.Size("--max-size", "Remove, oldest first, what another store verifiably has until the store is this small"));
        _remote = With(new Option<bool>("--remote") { Description = "List what the other stores hold and nothing here names; with --dry-run only" });
        _dryRun = With(new Option<bool>("--dry-run") { Description = "Only say what would go" });
    }

    public override ExitCode Run(CommandContext context)
    {
        var dryRun = context.Value(_dryRun);
        var options = new CollectOptions
        {
            Grace = context.Value(_grace) ?? new CollectOptions().Grace,
            History = context.Value(_history),
            Locks = [.. context.Value(_locks)!],
            Keep = Kept(context.Value(_keep)!),
            MaxSize = context.Value(_maxSize),
            DryRun = dryRun,
        };
        if (context.Value(_remote))
        {
            if (!dryRun) throw Codes.Usage.Error("--remote only lists, because other registries may use the same stores", "add --dry-run, and remove there by hand what nobody needs");
            var reports = context.OpenWorkingCopy().ListUnreferenced(options, context.Cancellation);
            if (context.Json) return CommandContext.Print(json => json.Objects("stores", reports, report => Document(json, report, dryRun)));
            foreach (var report in reports) Show(context, report, dryRun);
            return ExitCode.Done;
        }

        var done = context.OpenWorkingCopy().Collect(options, context.Cancellation);
        if (context.Json) return CommandContext.Print(json => Document(json, done, dryRun));
        Show(context, done, dryRun);
        return ExitCode.Done;
    }

    private static KeptVersions? Kept(string[] rules)
    {
        if (rules.Length == 0) return null;
        var kept = new KeptVersions();
        foreach (var rule in rules)
        {
            if (rule is ['@', .. { Length: > 0 } alias]) kept = kept with { Aliases = kept.Aliases.Add(alias) };
            else if (rule.StartsWith(LatestRule, StringComparison.Ordinal) && int.TryParse(rule[LatestRule.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var latest)) kept = kept with { Latest = latest };
            else throw Codes.Usage.Error($"'{Shared.SafeText.OneLine(rule)}' says nothing about what to keep", "write --keep latest=5 or --keep @production");
        }

        return kept;
    }

    private static void Document(Utf8JsonWriter json, CollectReport report, bool dryRun)
    {
        json.WriteString("store", report.Store);
        json.WriteBoolean("dryRun", dryRun);
        json.Objects("blobs", report.Blobs, blob =>
        {
            json.WriteString("digest", blob.Digest.Value);
            json.WriteNumber("size", blob.Size);
            if (blob.Age is { } age) json.WriteNumber("age", (long)age.TotalSeconds);
            else json.WriteNull("age");
            json.WriteString("copy", blob.Copy);
        });
        json.WriteNumber("freed", report.Freed);
        json.WriteNumber("kept", report.Kept);
        json.WriteNumber("keptBytes", report.KeptBytes);
    }

    private static void Show(CommandContext context, CollectReport report, bool dryRun)
    {
        if (report.Blobs.Count > 0)
        {
            var table = Screen.Table("Digest", "Size", "Age", "Why");
            foreach (var blob in report.Blobs) table.AddRow(
                    Screen.Cell(blob.Digest.Value), Screen.Cell(Humanise.Bytes(blob.Size)), Screen.Cell(blob.Age is { } age ? Humanise.Age(age) : null), Screen.Cell(blob.Copy is { } copy ? $"{copy} has it" : "nothing names it"));
            context.Screen.Write(table);
        }

        var count = $"{report.Blobs.Count} artifact{(report.Blobs.Count == 1 ? "" : "s")}";
        context.Confirm($"{(dryRun ? $"would remove {count}" : $"removed {count}")} of {report.Store}, {Humanise.Bytes(report.Freed)}; {report.Kept} stay, {Humanise.Bytes(report.KeptBytes)}");
    }
}
