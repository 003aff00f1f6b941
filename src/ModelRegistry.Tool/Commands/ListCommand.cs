using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg list</c>.</summary>
internal sealed class ListCommand : ToolCommand
{
    private readonly Argument<string?> _name;

    public ListCommand()
        : base("list", "List the models, or the versions of one", "list", "list resnet18", "list resnet18 --json")
    {
        _name = With(new Argument<string?>("NAME") { Description = "A model", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Completions.Families } });
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_name) is not { } text) return Models(context, context.OpenRegistry());
        ModelArgument.Refuse(context, text);
        var registry = context.OpenRegistry();
        return Versions(context, registry, registry.GetFamily(ModelName.Parse(text), context.Cancellation));
    }

    private static ExitCode Models(CommandContext context, Registry registry)
    {
        var models = registry.List(context.Cancellation);
        registry.WarnOfEdits(models.SelectMany(m => new[] { m.Latest, m.Best }.OfType<ModelVersion>().Distinct().Select(version => new ModelId(m.Family.Name, version))), context.Cancellation);
        foreach (var broken in models.SelectMany(m => m.Family.Broken.Concat(m.Family.BrokenAliases.Values))) StandardError.Write("warning", broken.Code, broken.Message);
        if (context.Json) return CommandContext.Print(json => json.Models(models));

        if (models.Count == 0)
        {
            context.Confirm("the registry has no models yet; 'modelreg register' adds one");
            return ExitCode.Done;
        }

        var table = Screen.Table("MODEL", "LATEST", "BEST", "VERSIONS", "ALIASES", "DESCRIPTION");
        foreach (var model in models)
        {
            table.AddRow(
                Screen.Cell(model.Family.Name.Value, Screen.Strong),
                Screen.Cell(model.Latest?.Value ?? "-"),
                Screen.Cell(BestText(model)),
                Screen.Cell(Humanise.Count(model.Family.Versions.Count)),
                Screen.Cell(string.Join(", ", model.Family.Aliases.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"@{a.Key} {a.Value.Version}"))),
                Screen.Cell(model.Family.Settings.Description));
        }

        context.Screen.Write(table);
        return ExitCode.Done;
    }

    private static string BestText(FamilyOverview model)
    {
        if (model.Best is null) return "-";
        var metric = model.Family.DefaultMetric?.Name;
        var value = metric is null ? null : model.Family.Versions.First(v => v.Version == model.Best).Metric(metric);
        return value is null ? model.Best.Value : $"{model.Best} ({metric} {Humanise.Number(value.Value)})";
    }

    private static ExitCode Versions(CommandContext context, Registry registry, Family family)
    {
        registry.WarnOfEdits(family.Versions.Select(version => new ModelId(family.Name, version.Version)), context.Cancellation);
        YankRecord? Yank(VersionSummary version) => family.IsYanked(version.Version) ? registry.GetYank(new ModelId(family.Name, version.Version)) : null;
        foreach (var broken in family.BrokenAliases.Values) StandardError.Write("warning", broken.Code, broken.Message);
        if (context.Json) return CommandContext.Print(json => json.Versions(registry, family, family.Versions));

        var table = Screen.Table("VERSION", "CREATED", "METRICS", "ALIASES", "STATE");
        foreach (var version in family.Versions)
        {
            var yanked = family.IsYanked(version.Version);
            table.AddRow(
                Screen.Cell(version.Version.Value, yanked ? Screen.Faint : Screen.Strong),
                Screen.Cell(Humanise.Time(version.CreatedAt)),
                Screen.Cell(Humanise.Metrics(version.Metrics)),
                Screen.Cell(string.Join(" ", family.AliasesOf(version.Version).Select(a => "@" + a))),
                yanked ? Screen.Cell("yanked", Screen.Bad) : registry.IsVerified(new ModelId(family.Name, version.Version)) ? Screen.Cell("verified", Screen.Good) : Screen.Cell(""));
        }

        context.Screen.Write(table);
        var reasons = family.Aliases.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => PointerText.Promotion(a.Key, a.Value))
            .Concat(family.Versions.Select(version => Yank(version) is { } yank ? PointerText.Yank(version.Version, yank) : null)).OfType<string>().ToList();
        if (reasons.Count > 0) context.Screen.Blank();
        foreach (var reason in reasons) context.Screen.Line(reason);
        foreach (var broken in family.Broken) StandardError.Write("warning", broken.Code, broken.Message);
        return ExitCode.Done;
    }
}
