using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg pull</c>.</summary>
internal sealed class PullCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _selector;
    private readonly Option<string?> _output;
    private readonly Option<string[]> _files;
    private readonly Option<MaterialiseMode> _mode;
    private readonly Option<bool> _prerelease;
    private readonly Option<bool> _force;

    public PullCommand()
        : base("pull", "Put the files of a version into a folder", "pull resnet18 best --output app/models", "pull resnet18/1.1.0 --files weights --mode copy")
    {
        _name = With(ModelArgument.Name());
        _selector = With(ModelArgument.Selector(_name));
        _output = With(new Option<string?>("--output", "-o") { Description = "The folder [default: one with the model's name]", HelpName = "DIR" });
        _files = With(CommonOptions.Files());
        _mode = With(Choice.Of(
            "--mode", "How the files get there; auto and copy give files of their own. A hard link is the store's own file: writing to it destroys what was registered", MaterialiseMode.Auto,
            ("auto", MaterialiseMode.Auto), ("reflink", MaterialiseMode.Reflink), ("hardlink", MaterialiseMode.HardLink), ("copy", MaterialiseMode.Copy)));
        _prerelease = With(CommonOptions.Prerelease());
        _force = With(new Option<bool>("--force") { Description = "Overwrite files that others put there or changed" });
    }

    public override ExitCode Run(CommandContext context)
    {
        var reference = ModelArgument.Read(context, _name, _selector);
        Registry registry;
        Resolution resolution;
        using (var progress = context.ShowProgress())
        {
            registry = context.OpenRegistry(progress);
            resolution = context.Resolve(registry, reference, new ResolveOptions { Files = [.. context.Value(_files)!], IncludePrerelease = context.Value(_prerelease) });
        }

        var folder = Path.GetFullPath(context.Value(_output) ?? reference.Name.Value);
        var placed = Registry.Materialise(resolution, folder, new MaterialiseOptions { Mode = context.Value(_mode), Force = context.Value(_force) }, context.Cancellation);
        if (context.Json)
        {
            var paths = resolution.Files.Zip(placed).ToDictionary(pair => pair.First, pair => pair.Second);
            return CommandContext.Print(json => json.Resolution(resolution, registry.CommitOf(resolution.Id, context.Cancellation), file => paths[file]));
        }

        context.Confirm($"pulled {resolution.Id} to {folder}: {string.Join(", ", resolution.Files.Select(f => f.File.Path))}");
        return ExitCode.Done;
    }
}
