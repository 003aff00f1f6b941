using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg unyank</c>.</summary>
internal sealed class UnyankCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _version;
    private readonly Option<string?> _reason;
    private readonly Option<bool> _noCommit;

    public UnyankCommand()
        : base("unyank", "Take a yank back: latest, best, ranges and builds may choose the version again", "unyank resnet18/1.1.0 --reason \"it was the other one\"")
    {
        _name = With(ModelArgument.Name("The version: NAME/VERSION or NAME VERSION"));
        _version = With(new Argument<string?>("VERSION") { Arity = ArgumentArity.ZeroOrOne });
        _reason = With(CommonOptions.Reason());
        _noCommit = With(CommonOptions.NoCommit());
    }

    public override ExitCode Run(CommandContext context)
    {
        var id = YankCommand.Id(context, context.Value(_name)!, context.Value(_version));
        var change = context.OpenWorkingCopy().Unyank(id, context.Value(_reason), !context.Value(_noCommit), context.Cancellation);
        if (context.Json) return CommandContext.Print(json => json.PointerChange(change));
        context.Confirm($"{id} is in use again");
        return ExitCode.Done;
    }
}
