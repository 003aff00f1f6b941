using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Signing;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg sign</c>.</summary>
internal sealed class SignCommand : ToolCommand
{
    private readonly Argument<string?> _name;
    private readonly Argument<string?> _selector;
    private readonly Option<bool> _all;
    private readonly Option<bool> _missing;
    private readonly Option<bool> _noCommit;
    private readonly Option<string?> _path;
    private readonly Option<string?> _output;
    private readonly Option<string[]> _ignore;
    private readonly SignerOptions _signer;

    public SignCommand()
        : base(
            "sign",
            "Vouch for a version, or for the files of a folder",
            "sign resnet18/1.1.0 --key release.pem", "sign --all --missing --key release.pem", "sign --path model/ --output model.sig --key release.pem",
            "sign resnet18/best --sign-with \"openssl dgst -sha256 -sign key.pem\" --public-key pub.pem")
    {
        _name = With(ModelArgument.OptionalName());
        _selector = With(ModelArgument.Selector(_name));
        _signer = new SignerOptions(With);
        _all = With(new Option<bool>("--all") { Description = "Sign every version of every model" });
        _missing = With(new Option<bool>("--missing") { Description = "With --all: only versions that nobody has signed" });
        _noCommit = With(CommonOptions.NoCommit());
        _path = With(CommonOptions.Text("--path", "DIR|FILE", "Sign a folder or file that is in no registry"));
        _output = With(CommonOptions.Text("--output", "FILE.sig", "Where the signature of --path goes"));
        _ignore = With(CommonOptions.Many("--ignore", "PATH", "Leave out a path below --path; .git, .gitignore, .gitattributes and .github at its top always are"));
    }

    public override ExitCode Run(CommandContext context)
    {
        var given = new[] { context.Value(_name) is not null, context.Value(_all), context.Value(_path) is not null }.Count(chosen => chosen);
        if (given != 1) throw Codes.Usage.Error("the command line does not say what to sign", "name a version, --all, or a folder with --path");
        using var signer = _signer.Open(context);
        return context.Value(_path) is { } path ? SignFolder(context, path, signer) : SignVersions(context, signer);
    }

    private ExitCode SignFolder(CommandContext context, string path, ModelSigner signer)
    {
        var output = context.Value(_output) ?? throw Codes.Usage.Error("the command line does not say where the signature goes", "give --output FILE.sig");
        var bundle = FolderSignature.Sign(path, signer, SignedPaths.Ignored(path, output, context.Value(_ignore)!), context.Cancellation);
        bundle.Save(output);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("path", path);
                json.WriteString("signature", output);
                json.WriteString("keyId", bundle.KeyId);
            });
        }

        context.Confirm($"signed {path} as key {bundle.KeyId}: {output}");
        return ExitCode.Done;
    }

    private ExitCode SignVersions(CommandContext context, ModelSigner signer)
    {
        var registry = context.OpenWorkingCopy();
        var changes = Chosen(context, registry).Select(id => registry.Sign(id, signer, !context.Value(_noCommit), context.Cancellation)).ToList();
        if (context.Json)
        {
            return CommandContext.Print(json => json.Objects("signed", changes, change =>
            {
                json.PointerChange(change);
                json.WriteString("keyId", signer.KeyId);
            }));
        }

        foreach (var change in changes) context.Confirm(change.Changed ? $"signed {change.Id} as key {signer.KeyId}" : $"{change.Id} was signed as key {signer.KeyId} already; nothing changed");
        if (changes.Count == 0) context.Confirm("every version is signed; nothing changed");
        return ExitCode.Done;
    }

    private List<ModelId> Chosen(CommandContext context, Registry registry)
    {
        if (context.Value(_name) is { } name)
        {
            var reference = ModelArgument.Parse(context, name, context.Value(_selector));
            return [context.Resolve(registry, reference, new ResolveOptions { Fetch = false }).Id];
        }

        return [.. registry.Names()
            .SelectMany(family => registry.GetFamily(family, context.Cancellation).Versions.Reverse().Select(version => new ModelId(family, version.Version)))
            .Where(id => !context.Value(_missing) || registry.GetSignatures(id).Count == 0)];
    }
}
