using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg sync</c>.</summary>
internal sealed class SyncCommand : ToolCommand
{
    private readonly Option<string?> _branch;
    private readonly Option<string[]> _locks;

    public SyncCommand()
        : base("sync", "Bring this clone and its remote together: fetch, replay what was registered here, push; never forces", "sync", "sync --branch", "sync --lock ../app/models.lock.json", "sync --json")
    {
        _branch = With(new Option<string?>("--branch") { Description = "Push to a new branch, for a pull request [default name: modelreg/MODEL-VERSION-HEX]", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne });
        _locks = With(CommonOptions.Many("--lock", "FILE", "A lock file in which a version that gets another number gets it too; may be given more than once"));
    }

    public override ExitCode Run(CommandContext context)
    {
        var options = new SyncOptions { NewBranch = context.Has(_branch) ? context.Value(_branch) ?? "" : null, Locks = [.. context.Value(_locks)!] };
        var done = context.OpenWorkingCopy().Sync(options, context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("commit", done.Commit);
                json.WriteString("branch", done.Branch);
                json.WriteNumber("pushed", done.Pushed);
                json.WriteNumber("received", done.Received);
                json.WriteNumber("lost", done.Lost);
                Renames(json, "renumbered", done.Renumbered);
                Renames(json, "dropped", done.Dropped);
                json.Strings("locks", done.Locks);
                json.Strings("messages", done.RemoteMessages);
            });
        }

        foreach (var (from, to) in done.Renumbered) context.Confirm($"{from} is {to} now: somebody else had published {from} first");
        foreach (var (from, to) in done.Dropped) context.Confirm($"{from} is {to}: the same content was published already");
        foreach (var path in done.Locks) context.Confirm($"{path} has the new number");
        context.Confirm(done.Pushed == 0 && done.Received == 0 ? "nothing to sync" : $"pushed {done.Pushed} commit{(done.Pushed == 1 ? "" : "s")} to {done.Branch}, received {done.Received}");
        foreach (var message in done.RemoteMessages) context.Confirm(message);
        return ExitCode.Done;
    }

    private static void Renames(System.Text.Json.Utf8JsonWriter json, string name, IEnumerable<VersionRename> renames) => json.Objects(name, renames, rename =>
    {
        json.WriteString("from", rename.From.ToString());
        json.WriteString("to", rename.To.ToString());
    });
}
