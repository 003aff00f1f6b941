using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg renumber</c>.</summary>
internal sealed class RenumberCommand : ToolCommand
{
    private readonly Argument<string> _id;
    private readonly Option<KeptSide> _keep;

    public RenumberCommand()
        : base(
            "renumber",
            "End a merge or rebase that stops because two registrations took one version: the published one keeps it, the other gets the next free number",
            "renumber resnet18/1.1.0", "renumber resnet18/1.1.0 --keep head")
    {
        _id = With(ModelArgument.Name("The version: NAME/VERSION"));
        _keep = With(Choice.Of("--keep", "Who keeps the number: the one that a remote-tracking branch has, HEAD, or the other side", KeptSide.Published, ("published", KeptSide.Published), ("head", KeptSide.Head), ("other", KeptSide.Other)));
    }

    public override ExitCode Run(CommandContext context)
    {
        ModelArgument.Refuse(context, context.Value(_id)!);
        var done = context.OpenWorkingCopy().Renumber(ModelId.Parse(context.Value(_id)!), context.Value(_keep), context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.IdFields(done.New);
                json.WriteString("was", done.Old.ToString());
                json.WriteString("commit", done.Commit);
                json.Strings("open", done.Open);
            });
        }

        context.Confirm(done.Commit is null
            ? $"{done.Old} is {done.New} now; resolve {string.Join(", ", done.Open)} and commit"
            : $"{done.Old} is {done.New} now; the published {done.Old} kept its number");
        return ExitCode.Done;
    }
}
