using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg promote</c>.</summary>
internal sealed class PromoteCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string[]> _rest;
    private readonly Option<string?> _reason;
    private readonly Option<string?> _expect;
    private readonly Option<bool> _noCommit;

    public PromoteCommand()
        : base("promote", "Point an alias at a version", "promote resnet18 1.1.0 production", "promote resnet18/best staging --reason \"better on night images\"")
    {
        _name = With(ModelArgument.Name());
        _rest = With(new Argument<string[]>("[SELECTOR] ALIAS") { Description = $"The version, unless it stands after the name ({ModelArgument.SelectorHelp}), and the alias", Arity = new ArgumentArity(1, 2), CompletionSources = { Completions.AliasesOf(_name) } });
        _reason = With(CommonOptions.Reason());
        _expect = With(CommonOptions.Text("--expect", "VERSION|none", "Only while the alias points at this version, or is not set"));
        _noCommit = With(CommonOptions.NoCommit());
    }

    public override ExitCode Run(CommandContext context)
    {
        var rest = context.Value(_rest)!;
        var reference = ModelArgument.Parse(context, context.Value(_name)!, rest.Length == 2 ? rest[0] : null);
        ModelArgument.Refuse(context, rest[^1]);
        if (reference.Selector is null) throw Codes.Usage.Error("the command line names no version", $"write 'modelreg promote {reference.Name} SELECTOR ALIAS'");
        var alias = rest[^1].TrimStart('@');
        ExpectedAlias? expected = null;
        if (context.Value(_expect) is { } text && !ExpectedAlias.TryParse(text, out expected)) throw Codes.Usage.Error($"--expect '{text}' is not a version", "write --expect 1.1.0, or --expect none where the alias is not set yet");
        var change = context.OpenWorkingCopy().Promote(reference.Name, reference.Selector, alias, context.Value(_reason), !context.Value(_noCommit), expected, context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.PointerChange(change);
                json.WriteString("alias", alias);
            });
        }

        context.Confirm(change.Changed ? $"@{alias} of {change.Id.Name} is now {change.Id.Version}" : $"@{alias} of {change.Id.Name} was {change.Id.Version} already; nothing changed");
        return ExitCode.Done;
    }
}
