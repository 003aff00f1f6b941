using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg yank</c>.</summary>
internal sealed class YankCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _version;
    private readonly Option<string?> _reason;
    private readonly Option<string?> _replacement;
    private readonly Option<bool> _force;
    private readonly Option<bool> _noCommit;

    public YankCommand()
        : base(
            "yank",
            "Withdraw a version: latest, best, ranges and builds choose it no more; its exact version still resolves, with a warning",
            "yank resnet18/1.1.0 --reason \"labels were shuffled\" --replacement 1.1.1")
    {
        _name = With(ModelArgument.Name("The version: NAME/VERSION or NAME VERSION"));
        _version = With(new Argument<string?>("VERSION") { Description = "The version, unless it stands after the name", HelpName = "VERSION", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Completions.VersionsOf(_name) } });
        _reason = With(CommonOptions.Reason());
        _replacement = With(CommonOptions.Text("--replacement", "VERSION", "What to use instead"));
        _force = With(new Option<bool>("--force") { Description = "Yank although an alias that a policy protects points at it" });
        _noCommit = With(CommonOptions.NoCommit());
    }

    public override ExitCode Run(CommandContext context)
    {
        var id = Id(context, context.Value(_name)!, context.Value(_version));
        var replacement = context.Value(_replacement) is { } text ? ModelVersion.Parse(text) : null;
        var change = context.OpenWorkingCopy().Yank(id, context.Value(_reason), replacement, !context.Value(_noCommit), context.Value(_force), context.Cancellation);
        if (context.Json) return CommandContext.Print(json => json.PointerChange(change));
        context.Confirm($"yanked {id}{(replacement is null ? "" : $"; {replacement} is to be used instead")}{(change.StillPointing.Count == 0 ? "" : $"; still pointed at by @{string.Join(", @", change.StillPointing)}")}");
        return ExitCode.Done;
    }

    // A selector would withdraw whatever it happens to choose at this moment.
    internal static ModelId Id(CommandContext context, string name, string? version)
    {
        ModelArgument.Refuse(context, name);
        if (version is null) return ModelId.Parse(name);
        ModelArgument.Refuse(context, version);
        return new ModelId(ModelName.Parse(name), ModelVersion.Parse(version));
    }
}
