using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg init</c>.</summary>
internal sealed class InitCommand : ToolCommand
{
    private readonly Argument<string> _directory;
    private readonly Option<bool> _track;
    private readonly Option<bool> _noCommit;

    public InitCommand()
        : base("init", "Make a registry: registry/ for metadata, models/ for artifacts, one commit", "init", "init ml --track-store")
    {
        _directory = With(new Argument<string>("DIR") { Description = "Where to make it [default: the current directory]", DefaultValueFactory = _ => "." });
        _track = With(new Option<bool>("--track-store") { Description = "Commit artifacts along with manifests; else git ignores models/" });
        _noCommit = With(CommonOptions.NoCommit());
    }

    public override ExitCode Run(CommandContext context)
    {
        var directory = context.Value(_directory)!;
        ModelArgument.Refuse(context, directory);
        var made = Registry.Initialise(
            directory,
            new InitOptions { TrackStore = context.Value(_track), Commit = !context.Value(_noCommit) },
            context.Options(),
            context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("registry", made.Registry);
                json.WriteString("store", made.Store);
                json.WriteString("commit", made.Commit);
            });
        }

        context.Confirm($"made the registry {made.Registry}, artifacts go to {made.Store}");
        return ExitCode.Done;
    }
}
