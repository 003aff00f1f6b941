using System.CommandLine;
using System.Text.Json;
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
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                Fields(json, lineage);
                json.Objects("provenance", provenance, stated =>
                {
                    json.WriteString("signedBy", stated.SignedBy);
                    json.WriteString("builder", stated.Builder);
                    json.WriteBoolean("matches", stated.Matches);
                });
            });
        }

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

    // From the version to its ancestors: nested objects, opened on the way and closed at the end.
    private static void Fields(Utf8JsonWriter json, LineageNode lineage)
    {
        var depth = 0;
        for (var node = lineage; ; node = node.Parent)
        {
            json.IdFields(node.Id);
            json.WriteBoolean("yanked", node.Yanked);
            json.WriteString("problem", node.Problem);
            var facts = node.Manifest?.Lineage;
            json.WriteString("commit", facts?.Commit);
            json.WriteString("repository", facts?.Repository);
            json.WriteString("branch", facts?.Branch);
            if (facts?.Dirty is { } dirty) json.WriteBoolean("dirty", dirty);
            else json.WriteNull("dirty");
            json.WriteString("dataset", facts?.Dataset?.ToString());
            if (facts?.TrainedAt is { } trained) json.Time("trainedAt", trained);
            else json.WriteNull("trainedAt");
            json.WriteString("run", facts?.Run);
            if (node.Parent is null) break;
            json.WriteStartObject("parent");
            depth++;
        }

        json.WriteNull("parent");
        for (; depth > 0; depth--) json.WriteEndObject();
    }
}
