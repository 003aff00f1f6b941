using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Signing;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg sign</c>.</summary>
internal sealed class SignCommand : ToolCommand
{
    private readonly Option<string?> _path;
    private readonly Option<string?> _output;
    private readonly Option<string[]> _ignore;
    private readonly SignerOptions _signer;

    public SignCommand()
        : base("sign", "Sign a version, or the files of a folder", "sign resnet18/1.1.0 --key release.pem", "sign --path model/ --output model.sig --key release.pem", "sign --path model/ --output model.sig --sign-with \"openssl dgst -sha256 -sign key.pem\" --public-key pub.pem")
    {
        _path = With(CommonOptions.Text("--path", "DIR|FILE", "Sign a folder or file that is in no registry"));
        _output = With(CommonOptions.Text("--output", "FILE.sig", "Where the signature of --path goes"));
        _ignore = With(CommonOptions.Many("--ignore", "PATH", "Leave out a path below --path; .git, .gitignore, .gitattributes and .github at its top always are"));
        _signer = new SignerOptions(With);
    }

    public override ExitCode Run(CommandContext context)
    {
        var (path, output) = (context.Value(_path), context.Value(_output));
        if (path is null || output is null) throw Codes.Usage.Error("the command line does not say what to sign", "write 'modelreg sign --path DIR --output FILE.sig --key KEY.pem'");
        using var signer = _signer.Open(context);
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
}
