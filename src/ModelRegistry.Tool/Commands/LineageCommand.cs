using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg lineage</c>.</summary>
internal sealed class LineageCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _selector;

    public LineageCommand()
        : base("lineage", "Show where a version comes from: source commit, data set, parents", "lineage resnet18", "lineage resnet18/1.1.0 --json")
    {
        _name = With(ModelArgument.Name());
        _selector = With(ModelArgument.Selector(_name));
    }

    public override ExitCode Run(CommandContext context)
    {
        var reference = ModelArgument.Read(context, _name, _selector);
        var registry = context.OpenRegistry();
        var id = registry.Resolve(reference.Name, reference.Selector ?? Selector.Latest, new ResolveOptions { Fetch = false, IncludeUnverified = true }, context.Cancellation).Id;
        var lineage = registry.GetLineage(id);
        var provenance = registry.GetProvenance(id);
        if (context.Json) return CommandContext.Print(json => json.Lineage(lineage, provenance));

        var tree = Screen.Tree(Label(lineage));
        var at = tree;
        for (var node = lineage; node is not null; node = node.Parent)
        {
            AddFacts(at, node);
            if (node == lineage) foreach (var stated in provenance) at.Add(Screen.Cell($"made by {stated.Builder}, says key {stated.SignedBy}{(stated.Matches ? "" : " of other files")}"));
            if (node.Parent is not null) at = at.Add(Label(node.Parent, "trained from "));
        }

        context.Screen.Write(tree);
        return ExitCode.Done;
    }

    private static Cell Label(LineageNode node, string before = "") =>
        Screen.Cell($"{before}{node.Id}{(node.Yanked ? " (yanked)" : "")}", node.Problem is null ? Screen.Strong : Screen.Bad);

    private static void AddFacts(TextTree at, LineageNode node)
    {
        var lineage = node.Manifest?.Lineage;
        void Add(string name, string? value)
        {
            if (value is not null) at.Add(Screen.Cell($"{name} {value}"));
        }

        Add("problem:", node.Problem);
        Add("registered", node.Manifest is { } manifest ? Humanise.Time(manifest.CreatedAt) + (manifest.CreatedBy is null ? "" : $" by {Humanise.Person(manifest.CreatedBy)}") : null);
        Add("source", ManifestView.SourceText(lineage));
        Add("dataset", lineage?.Dataset?.ToString());
        Add("trained", lineage?.TrainedAt is { } trained ? Humanise.Time(trained) : null);
        Add("run", lineage?.Run);
    }
}
