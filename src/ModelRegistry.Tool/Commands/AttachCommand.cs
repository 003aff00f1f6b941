using System.CommandLine;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg attach</c>.</summary>
internal sealed class AttachCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string> _file;
    private readonly Option<bool> _noCommit;

    public AttachCommand()
        : base("attach", "Put a signature that was made elsewhere beside its version", "attach resnet18/1.1.0 resnet18.sig")
    {
        _name = With(ModelArgument.Name());
        _file = With(new Argument<string>("FILE") { Description = "A signature bundle over exactly the files of the version" });
        _noCommit = With(CommonOptions.NoCommit());
    }

    public override ExitCode Run(CommandContext context)
    {
        var bundle = SignatureBundle.Load(context.Value(_file)!);
        var registry = context.OpenWorkingCopy();
        var id = context.Resolve(registry, ModelArgument.Parse(context, context.Value(_name)!, null), new ResolveOptions { Fetch = false }).Id;
        var change = registry.Attach(id, bundle, !context.Value(_noCommit), context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.PointerChange(change);
                json.WriteString("keyId", bundle.KeyId);
            });
        }

        context.Confirm(change.Changed ? $"{id} has a signature of key {bundle.KeyId} now; 'modelreg verify-signature {id}' says whether it is believed" : $"{id} had this signature already; nothing changed");
        return ExitCode.Done;
    }
}
