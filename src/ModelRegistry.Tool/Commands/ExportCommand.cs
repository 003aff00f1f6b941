using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg export</c>.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string> _output = new("--output", "-o") { Description = "The archive", HelpName = "FILE.tar", Required = true };

    public ExportCommand()
        : base("export", "Write versions into an archive that needs no network to be imported", "export resnet18/1.1.0 --output resnet18.tar", "export resnet18 lenet --output models.tar")
    {
        _names = With(ModelArgument.Names(ArgumentArity.OneOrMore));
        Options.Add(_output);
    }

    public override ExitCode Run(CommandContext context)
    {
        var references = ModelArgument.Read(context, _names);
        var output = context.Value(_output)!;
        IReadOnlyList<ModelId> exported;
        using (var progress = context.ShowProgress()) exported = context.OpenRegistry(progress).Export(references, output, context.Cancellation);
        if (context.Json) return CommandContext.Print(json => Output.JsonOutput.Strings(json, "versions", exported.Select(id => id.ToString())));
        context.Confirm($"exported {string.Join(", ", exported)} to {output}");
        return ExitCode.Done;
    }
}
