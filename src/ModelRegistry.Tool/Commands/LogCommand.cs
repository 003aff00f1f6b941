using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg log</c>.</summary>
internal sealed class LogCommand : ToolCommand
{
    private readonly Argument<string?> _name;
    private readonly Option<int?> _limit;

    public LogCommand()
        : base("log", "Show the audit trail from git: who did what, when, in which commit", "log", "log resnet18 --limit 10", "log --json")
    {
        _name = With(new Argument<string?>("NAME") { Description = "A model [default: all]", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Completions.Families } });
        _limit = With(Choice.Count("--limit", "The most entries to show [default: all]"));
    }

    public override ExitCode Run(CommandContext context)
    {
        ModelName? name = null;
        if (context.Value(_name) is { } text)
        {
            ModelArgument.Refuse(context, text);
            name = ModelName.Parse(text);
        }

        var registry = context.OpenWorkingCopy();
        if (name is not null) registry.GetFamily(name, context.Cancellation);
        var entries = registry.Log(name, context.Value(_limit) ?? int.MaxValue, context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json => json.Objects("entries", entries, entry =>
            {
                json.WriteString("commit", entry.Commit);
                json.WriteString("author", entry.Author);
                json.Time("at", entry.At);
                json.WriteString("action", entry.Action);
                json.WriteString("subject", entry.Subject);
                json.WriteString("model", entry.Model);
                json.WriteString("version", entry.Version);
                json.WriteString("alias", entry.Alias);
                json.WriteString("reason", entry.Reason);
                json.WriteString("renumberedFrom", entry.RenumberedFrom);
                json.WriteString("contradiction", entry.Contradiction);
                json.WriteString("digest", entry.Digest);
                json.WriteString("sourceCommit", entry.SourceCommit);
            }));
        }

        var table = Screen.Table("WHEN", "WHO", "WHAT", "DIGEST", "COMMIT");
        foreach (var entry in entries)
        {
            table.AddRow(
                Screen.Cell(Humanise.Time(entry.At)),
                Screen.Cell(Humanise.Person(entry.Author)),
                Screen.Cell(entry.Reason is null ? entry.Summary : $"{entry.Summary}: {entry.Reason}", entry.Action is "change" or "alter" or "remove" || entry.Contradiction is not null ? Screen.Notice : Screen.Plain),
                Screen.Cell(entry.Digest is { } digest && Digest.TryParse(digest, out var parsed) ? parsed.ToShortString() : null, Screen.Faint),
                Screen.Cell(Humanise.Commit(entry.Commit)));
        }

        context.Screen.Write(table);
        return ExitCode.Done;
    }
}
