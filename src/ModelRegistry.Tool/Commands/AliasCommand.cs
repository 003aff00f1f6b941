using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg alias</c>: what <c>promote</c> does not do.</summary>
internal sealed class AliasCommand : ToolCommand
{
    private const string Remove = "remove";

    private readonly Argument<string> _action;
    private readonly Argument<string> _name;
    private readonly Argument<string> _alias;
    private readonly Option<string?> _reason;
    private readonly Option<bool> _force;
    private readonly Option<bool> _noCommit;

    public AliasCommand()
        : base("alias", "Remove an alias; 'modelreg promote' makes and moves them", "alias remove resnet18 staging")
    {
        _action = With(new Argument<string>("ACTION") { Description = Remove, CompletionSources = { Remove } });
        _name = With(ModelArgument.Name("The model"));
        _alias = With(new Argument<string>("ALIAS") { Description = "The alias, with or without @" });
        _reason = With(CommonOptions.Reason());
        _force = With(new Option<bool>("--force") { Description = "Remove an alias that a policy protects" });
        _noCommit = With(CommonOptions.NoCommit());
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_action) != Remove) throw Codes.Usage.Error($"'{SafeText.OneLine(context.Value(_action)!)}' is nothing to do with an alias", "write 'modelreg alias remove NAME ALIAS', or 'modelreg promote NAME SELECTOR ALIAS' to make or move one");
        ModelArgument.Refuse(context, context.Value(_name)!);
        ModelArgument.Refuse(context, context.Value(_alias)!);
        var (name, alias) = (ModelName.Parse(context.Value(_name)!), ModelName.Parse(context.Value(_alias)!.TrimStart('@')));
        var change = context.OpenWorkingCopy().RemoveAlias(name, alias, context.Value(_reason), !context.Value(_noCommit), context.Value(_force), context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.PointerChange(change);
                json.WriteString("alias", alias.Value);
            });
        }

        context.Confirm($"@{alias} of {name} is gone; it pointed at {change.Id.Version}");
        return ExitCode.Done;
    }
}
