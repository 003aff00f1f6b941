using System.CommandLine;
using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Weights;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg compare</c>.</summary>
internal sealed class CompareCommand : ToolCommand
{
    private readonly Argument<string[]> _versions;
    private readonly Option<bool> _layers;

    public CompareCommand()
        : base("compare", "Show what differs between two versions: metrics, metadata, files", "compare resnet18 1.0.0 1.1.0", "compare resnet18/@production best --layers", "compare resnet18/1.1.0 resnet34/1.0.0")
    {
        _versions = With(new Argument<string[]>("VERSIONS") { Description = "NAME SELECTOR SELECTOR, NAME/SELECTOR SELECTOR or NAME/SELECTOR NAME/SELECTOR", Arity = new ArgumentArity(2, 3) });
        _layers = With(new Option<bool>("--layers") { Description = "Compare the tensors too: added, removed, reshaped, changed and by how much" });
    }

    public override ExitCode Run(CommandContext context)
    {
        var (left, right) = Read(context);
        var registry = context.OpenRegistry();
        var (from, to) = (Choose(context, registry, left), Choose(context, registry, right));
        var comparison = registry.Compare(from.Id, to.Id);
        var tensors = context.Value(_layers) ? LayerComparison.Of(context, registry, from, to) : null;
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.Comparison(comparison);
                if (tensors is not null) json.Layers(tensors);
            });
        }

        Show(context.Screen, comparison);
        if (tensors is not null) LayerComparison.Show(context.Screen, tensors);
        return ExitCode.Done;
    }

    private (ModelReference Left, ModelReference Right) Read(CommandContext context)
    {
        var words = context.Value(_versions)!;
        if (words is [var name, var first, var second])
            return (ModelArgument.Parse(context, name, first), ModelArgument.Parse(context, name, second));
        var left = ModelArgument.Parse(context, words[0], null);
        ModelArgument.Refuse(context, words[1]);
        if (left.Selector is null) throw Codes.Usage.Error($"'{left.Name}' names no version", $"write 'modelreg compare {left.Name} SELECTOR SELECTOR' or NAME/SELECTOR twice");
        var isReference = words[1].Contains('/', StringComparison.Ordinal);
        return (left, isReference ? ModelReference.Parse(words[1]) : new ModelReference(left.Name, Selector.Parse(words[1])));
    }

    private Resolution Choose(CommandContext context, Registry registry, ModelReference reference) =>
        context.Resolve(registry, reference, new ResolveOptions { IncludeUnverified = true, Fetch = context.Value(_layers) });

    private static void Show(Screen screen, VersionComparison comparison)
    {
        screen.Line($"{comparison.Left} -> {comparison.Right}", Screen.Strong);
        if (comparison.Metrics.Length > 0)
        {
            screen.Blank();
            var table = Screen.Table("METRIC", comparison.Left.Version.Value, comparison.Right.Version.Value, "DELTA", "");
            foreach (var metric in comparison.Metrics)
            {
                var style = metric.Better switch { true => Screen.Good, false => Screen.Bad, null => Screen.Plain };
                table.AddRow(Screen.Cell(metric.Name), Screen.Cell(Number(metric.Left)), Screen.Cell(Number(metric.Right)), Screen.Cell(Delta(metric.Delta), style),
                    Screen.Cell(metric.Better switch { true => "better", false => "worse", null => "" }, style));
            }

            screen.Write(table);
        }

        if (comparison.Metadata.Length > 0)
        {
            screen.Blank();
            var table = Screen.Table("FIELD", comparison.Left.Version.Value, comparison.Right.Version.Value);
            foreach (var field in comparison.Metadata) table.AddRow(Screen.Cell(field.Field), Screen.Cell(field.Left ?? "-"), Screen.Cell(field.Right ?? "-"));
            screen.Write(table);
        }

        screen.Blank();
        var files = Screen.Table("FILE", "CHANGE", "SIZE", "DIGEST");
        foreach (var file in comparison.Files)
        {
            files.AddRow(
                Screen.Cell(file.Path),
                Screen.Cell(file.Change, file.Change == "same" ? Screen.Faint : Screen.Notice),
                Screen.Cell(Pair(file.LeftSize is { } l ? Humanise.Bytes(l) : null, file.RightSize is { } r ? Humanise.Bytes(r) : null)),
                Screen.Cell(Pair(file.LeftDigest?.ToShortString(), file.RightDigest?.ToShortString()), Screen.Faint));
        }

        screen.Write(files);
    }

    private static string Number(double? value) => value is { } number ? Humanise.Number(number) : "-";

    private static string Delta(double? delta) => delta is { } value ? (value > 0 ? "+" : "") + value.ToString("G4", CultureInfo.InvariantCulture) : "";

    private static string Pair(string? left, string? right) => left == right ? left ?? "" : $"{left ?? "-"} -> {right ?? "-"}";
}
