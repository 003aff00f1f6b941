using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg show</c>.</summary>
internal sealed class ShowCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _selector;
    private readonly Option<bool> _prerelease;

    public ShowCommand()
        : base("show", "Show the manifest of a version", "show resnet18", "show resnet18/1.1.0 --json", "show resnet18 best:f1")
    {
        _name = With(ModelArgument.Name());
        _selector = With(ModelArgument.Selector(_name));
        _prerelease = With(CommonOptions.Prerelease());
    }

    public override ExitCode Run(CommandContext context)
    {
        var reference = ModelArgument.Read(context, _name, _selector);
        var registry = context.OpenRegistry();
        var chosen = registry.Resolve(reference.Name, reference.Selector ?? Selector.Latest, new ResolveOptions { Fetch = false, IncludeUnverified = true, IncludePrerelease = context.Value(_prerelease) }, context.Cancellation);
        var family = registry.GetFamily(reference.Name, context.Cancellation);
        var aliases = family.AliasesOf(chosen.Manifest.Version);
        if (context.Json) return CommandContext.Print(json => json.Version(registry, family, chosen.Id));

        ManifestView.Show(context.Screen, chosen, aliases.ToDictionary(alias => alias, alias => family.Aliases[alias]), registry.GetVerification(chosen.Id));
        return ExitCode.Done;
    }
}
