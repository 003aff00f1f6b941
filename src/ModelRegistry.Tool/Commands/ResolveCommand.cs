using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg resolve</c>.</summary>
internal sealed class ResolveCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _selector;
    private readonly Option<string[]> _files;
    private readonly Option<bool> _prerelease;

    public ResolveCommand()
        : base(
            "resolve",
            "Print the local path of a version's weights, verified against their digest; of a model in several files the folder that holds them",
            "resolve resnet18 best",
            "resolve resnet18/1.1.0",
            "resolve resnet18 @production --files labels",
            "resolve resnet18 \"[1.0,2.0)\" --json")
    {
        _name = With(ModelArgument.Name());
        _selector = With(ModelArgument.Selector(_name));
        _files = With(CommonOptions.Files());
        _prerelease = With(CommonOptions.Prerelease());
    }

    public override ExitCode Run(CommandContext context)
    {
        var reference = ModelArgument.Read(context, _name, _selector);
        var files = context.Value(_files)!;
        Registry registry;
        Resolution resolution;
        using (var progress = context.ShowProgress())
        {
            registry = context.OpenRegistry(progress);
            resolution = context.Resolve(registry, reference, new ResolveOptions { Files = [.. files], IncludePrerelease = context.Value(_prerelease) });
        }

        var folder = files.Length == 0 && resolution.Manifest.NeedsFolder ? registry.Folder(resolution, context.Cancellation) : null;
        if (context.Json) return CommandContext.Print(json => json.Resolution(resolution, registry.CommitOf(resolution.Id, context.Cancellation), folder));

        if (files.Length == 0) StandardOutput.WriteLine(folder ?? resolution.Weights.LocalPath!);
        else StandardOutput.WriteLine(string.Join(Environment.NewLine, resolution.Files.Select(f => f.LocalPath)));
        return ExitCode.Done;
    }
}
