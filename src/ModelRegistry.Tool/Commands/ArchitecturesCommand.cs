using System.CommandLine;
using ModelRegistry.Inference;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg architectures</c>.</summary>
internal sealed class ArchitecturesCommand : ToolCommand
{
    private readonly Argument<string?> _name;

    public ArchitecturesCommand()
        : base("architectures", "List the built-in networks, or print one as an architecture.json to start from", "architectures", "architectures resnet18 > architecture.json")
    {
        _name = With(new Argument<string?>("NAME") { Description = "A built-in network", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { _ => Architecture.BuiltIn } });
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_name) is not { } name)
        {
            if (context.Json) return CommandContext.Print(json => json.Strings("architectures", Architecture.BuiltIn));
            foreach (var known in Architecture.BuiltIn) StandardOutput.WriteLine($"{known,-14} {Architecture.Get(known).Description}".TrimEnd());
            return ExitCode.Done;
        }

        try
        {
            StandardOutput.WriteLine(Architecture.Get(name).ToJson().TrimEnd());
            return ExitCode.Done;
        }
        catch (InferenceException failure)
        {
            throw new Diagnostics.Diagnostic(failure.Code, Diagnostics.ErrorKind.NotFound, "Unknown architecture").Error(failure.Message, failure.Hint, failure);
        }
    }
}
