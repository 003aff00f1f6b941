using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Weights;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg inspect</c>.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<string> _target;
    private readonly Option<bool> _layers;

    public InspectCommand()
        : base("inspect", "Show what weights hold: tensors, parameters, layers; reads no tensor data", "inspect model.safetensors", "inspect resnet18/best --layers", "inspect model.pth --json")
    {
        _target = With(new Argument<string>("FILE|NAME") { Description = "A file, or a version: NAME[/SELECTOR]" });
        _layers = With(new Option<bool>("--layers") { Description = "Show the tree of modules with their parameters" });
    }

    public override ExitCode Run(CommandContext context)
    {
        var target = context.Value(_target)!;
        var path = WeightsTarget.WeightsPath(context, target);
        try
        {
            using var file = WeightsFile.Open(path);
            if (context.Json) return CommandContext.Print(json => json.Inspection(file));
            InspectionView.Show(context.Screen, target, file, layers: context.Value(_layers));
            return ExitCode.Done;
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(target);
        }
    }
}
