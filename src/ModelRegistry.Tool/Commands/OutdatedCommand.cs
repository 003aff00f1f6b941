using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg outdated</c>.</summary>
internal sealed class OutdatedCommand : ToolCommand
{
    private readonly Argument<string?> _name;

    public OutdatedCommand()
        : base("outdated", "Show which imported models moved on where they came from", "outdated", "outdated resnet-18 --json")
    {
        _name = With(new Argument<string?>("NAME") { Description = "A model [default: all]", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Completions.Families } });
    }

    public override ExitCode Run(CommandContext context)
    {
        ModelName? name = null;
        if (context.Value(_name) is { } text)
        {
            ModelArgument.Refuse(context, text);
            name = ModelName.Parse(text);
        }

        var models = context.OpenRegistry().Outdated(name, context.Cancellation);
        // Whoever reads a script's answer also sees what could not be asked.
        var exit = models.Any(model => model.Problem is not null) ? ExitCode.Store : ExitCode.Done;
        foreach (var model in models.Where(model => model.Problem is not null)) context.Options().Log.Warn(Codes.OriginNotFound, $"{model.Id}: {model.Problem}");
        if (context.Json)
        {
            CommandContext.Print(json => json.Objects("models", models, model =>
            {
                json.IdFields(model.Id);
                json.WriteString("url", model.Origin.Url);
                json.WriteString("revision", model.Origin.Revision ?? model.Origin.Etag);
                json.WriteString("upstream", model.Upstream);
                json.WriteBoolean("moved", model.HasMoved);
                json.WriteString("problem", model.Problem);
            }));
            return exit;
        }

        var moved = models.Where(model => model.HasMoved).ToList();
        if (moved.Count == 0)
        {
            context.Confirm(models.Count == 0 ? "no model was imported" : exit == ExitCode.Done ? "all imported models are as they are upstream" : "what could be asked is as it is upstream");
            return exit;
        }

        var table = Screen.Table("MODEL", "ORIGIN", "HERE", "UPSTREAM");
        foreach (var model in moved)
            table.AddRow(Screen.Cell(model.Id.ToString(), Screen.Strong), Screen.Cell(model.Origin.Url), Screen.Cell(Short(model.Origin.Revision ?? model.Origin.Etag)), Screen.Cell(Short(model.Upstream), Screen.Notice));
        context.Screen.Write(table);
        return exit;
    }

    private static string? Short(string? revision) => revision is { Length: 40 } ? Humanise.Commit(revision) : revision;
}
