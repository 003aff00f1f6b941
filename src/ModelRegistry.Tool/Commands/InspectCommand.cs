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
    private readonly Option<bool> _tensorsOnly;
    private readonly Option<string[]> _files;

    public InspectCommand()
        : base("inspect", "Show what weights hold: tensors, parameters, layers; reads no tensor data", "inspect model.safetensors", "inspect resnet18/best --layers", "inspect model.safetensors.index.json", "inspect model.pth --json")
    {
        _target = With(new Argument<string>("FILE|DIR|NAME") { Description = "A file, one part or the index of a sharded model, a folder with one model, or a version: NAME[/SELECTOR]" });
        _layers = With(new Option<bool>("--layers") { Description = "Show the tree of modules with their parameters" });
        _tensorsOnly = With(new Option<bool>("--tensors-only") { Description = "Skip harmless values that are no tensors, where the file has such; nothing is executed either way" });
        _files = With(CommonOptions.Files());
    }

    public override ExitCode Run(CommandContext context)
    {
        var target = context.Value(_target)!;
        try
        {
            using var file = WeightsTarget.Find(context, target, context.Value(_files)).Open(context, context.Value(_tensorsOnly));
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
