using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Inference;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Weights;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg architectures</c>.</summary>
internal sealed class ArchitecturesCommand : ToolCommand
{
    private readonly Argument<string?> _name;
    private readonly Option<string?> _from;

    public ArchitecturesCommand()
        : base("architectures", "List the built-in networks, or print one as an architecture.json to start from", "architectures", "architectures resnet18 > architecture.json", "architectures --from model.pth > architecture.json")
    {
        _name = With(new Argument<string?>("NAME") { Description = "A built-in network", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { _ => Architecture.BuiltIn } });
        _from = With(new Option<string?>("--from") { Description = "Print the network of a TorchScript or ONNX file in the vocabulary of architecture.json, or the built-in one whose tensors a weights file holds", HelpName = "FILE" });
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_from) is { } file) return Propose(context, file);
        if (context.Value(_name) is not { } name)
        {
            if (context.Json) return CommandContext.Print(json => json.Strings("architectures", Architecture.BuiltIn));
            foreach (var known in Architecture.BuiltIn) StandardOutput.WriteLine($"{known,-20} {Architecture.Get(known).Description}".TrimEnd());
            return ExitCode.Done;
        }

        try
        {
            StandardOutput.WriteLine(Architecture.Get(name).ToJson().TrimEnd());
            return ExitCode.Done;
        }
        catch (InferenceException failure)
        {
            throw Refused(failure);
        }
    }

    private static ExitCode Propose(CommandContext context, string path)
    {
        try
        {
            using var weights = WeightsTarget.Find(context, path).Open(context, tensorsOnly: true);
            var proposal = ArchitectureProposal.For(weights);
            StandardOutput.WriteLine(proposal.Architecture.ToJson().TrimEnd());
            if (context.Quiet) return ExitCode.Done;
            if (proposal.Others.Count > 0) Console.Error.WriteLine($"info: the same tensors fit {string.Join(", ", proposal.Others)}");
            foreach (var note in proposal.Notes) Console.Error.WriteLine($"info: {SafeText.OneLine(note)}");
            return ExitCode.Done;
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(path);
        }
        catch (InferenceException failure)
        {
            throw Refused(failure);
        }
    }

    private static ModelRegistryException Refused(InferenceException failure) =>
        new Diagnostic(failure.Code, (ErrorKind)failure.ExitCode, failure.Title).Error(failure.Message, failure.Hint, failure);
}
