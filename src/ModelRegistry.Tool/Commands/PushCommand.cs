using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg push</c>.</summary>
internal sealed class PushCommand : ToolCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string?> _store = CommonOptions.Text("--store", "NAME", "The store of registry.json [default: the only one beside the local store]");
    private readonly Option<bool> _check = new("--check") { Description = "Only look whether the store has what the registry says" };

    public PushCommand()
        : base("push", "Put versions into a store that others read from", "push", "push resnet18 --store hub", "push resnet18/1.1.0 lenet/latest", "push --check")
    {
        _names = With(ModelArgument.Names(ArgumentArity.ZeroOrMore));
        Options.Add(_store);
        Options.Add(_check);
    }

    public override ExitCode Run(CommandContext context)
    {
        var references = ModelArgument.Read(context, _names);
        var check = context.Value(_check);
        IReadOnlyList<PushedVersion> pushed;
        using (var progress = context.ShowProgress())
        {
            var registry = context.OpenRegistry(progress);
            pushed = registry.Push(references, context.Value(_store), check, context.Cancellation);
        }

        if (context.Json) CommandContext.Print(json => json.Objects("versions", pushed, version =>
        {
            json.WriteString("id", version.Id.ToString());
            json.WriteString("store", version.Store);
            json.WriteString("state", version.State.ToString().ToLowerInvariant());
            json.WriteNumber("sent", version.Sent);
            json.WriteString("image", version.Image?.Value);
        }));
        else foreach (var version in pushed) context.Confirm(Describe(version));
        return pushed.All(v => v.Problem is null) ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static string Describe(PushedVersion version) => version.State switch
    {
        PushState.Pushed => $"pushed {version.Id} to {version.Store}: {Humanise.Bytes(version.Sent)} sent",
        PushState.Present => $"{version.Id} is at {version.Store} already",
        _ => $"{version.Problem}{(version.State == PushState.Missing ? "" : $": {version.Image}")}",
    };
}
