using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg import</c>.</summary>
internal sealed class ImportCommand : ToolCommand
{
    private readonly Argument<string> _file;
    private readonly Option<bool> _noCommit = CommonOptions.NoCommit();

    public ImportCommand()
        : base("import", "Take versions out of an archive that 'export' or an OCI client wrote", "import resnet18.tar")
    {
        _file = With(new Argument<string>("FILE.tar") { Description = "The archive" });
        Options.Add(_noCommit);
    }

    public override ExitCode Run(CommandContext context)
    {
        var imported = context.OpenWorkingCopy().Import(context.Value(_file)!, !context.Value(_noCommit), context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json => json.Objects("versions", imported, version =>
            {
                json.WriteString("id", version.Id.ToString());
                json.WriteBoolean("created", version.Created);
                json.WriteString("commit", version.Commit);
            }));
        }

        foreach (var version in imported) context.Confirm(version.Created ? $"imported {version.Id}{(version.Commit is { } commit ? $" in commit {Humanise.Commit(commit)}" : "")}" : $"{version.Id} is here already");
        return ExitCode.Done;
    }
}
