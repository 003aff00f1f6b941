using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg store index</c>.</summary>
internal sealed class StoreCommand : ToolCommand
{
    private readonly Argument<string> _action;
    private readonly Argument<string[]> _names;

    public StoreCommand()
        : base("store", "Make the local store one that OCI clients copy from", "store index", "store index resnet18")
    {
        _action = With(new Argument<string>("index") { Description = "Write index.json, and the small blobs that images need" });
        _names = With(ModelArgument.Names(ArgumentArity.ZeroOrMore));
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_action) is not "index") throw Codes.Usage.Error($"'{context.Value(_action)}' is nothing that store does", "write 'modelreg store index [NAME…]'");
        var indexed = context.OpenWorkingCopy().IndexStore(ModelArgument.Read(context, _names), context.Cancellation);
        if (context.Json) return CommandContext.Print(json => Output.JsonOutput.Strings(json, "versions", indexed.Select(id => id.ToString())));
        context.Confirm($"the store's index names {indexed.Count} version{(indexed.Count == 1 ? "" : "s")}");
        return ExitCode.Done;
    }
}
