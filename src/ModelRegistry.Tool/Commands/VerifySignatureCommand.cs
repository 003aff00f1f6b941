using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Signing;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg verify-signature</c>.</summary>
internal sealed class VerifySignatureCommand : ToolCommand
{
    private readonly Option<string?> _path;
    private readonly Option<string?> _signature;
    private readonly Option<string?> _publicKey;
    private readonly Option<string[]> _certificate;
    private readonly Option<string?> _subject;
    private readonly Option<string[]> _ignore;
    private readonly Option<bool> _ignoreUnsigned;

    public VerifySignatureCommand()
        : base("verify-signature", "Check who vouches for a version, or for the files of a folder", "verify-signature --path model/ --signature model.sig --public-key vision.pem", "verify-signature --path model/ --signature model.sig --certificate ca.pem")
    {
        _path = With(CommonOptions.Text("--path", "DIR|FILE", "Check a folder or file that is in no registry"));
        _signature = With(CommonOptions.Text("--signature", "FILE.sig", "The signature of --path"));
        _publicKey = With(CommonOptions.Text("--public-key", "KEY.pem", "Believe this key"));
        _certificate = With(CommonOptions.Many("--certificate", "CA.pem", "Believe whoever holds a certificate below one of these"));
        _subject = With(CommonOptions.Text("--subject", "NAME", "The subject that the signer's certificate must have, such as CN=model-release"));
        _ignore = With(CommonOptions.Many("--ignore", "PATH", "A path below --path that may be there without being signed"));
        _ignoreUnsigned = With(new Option<bool>("--ignore-unsigned-files") { Description = "Let files be there that are not signed" });
    }

    public override ExitCode Run(CommandContext context)
    {
        var (path, signature) = (context.Value(_path), context.Value(_signature));
        if (path is null || signature is null) throw Codes.Usage.Error("the command line does not say what to check", "write 'modelreg verify-signature --path DIR --signature FILE.sig --public-key KEY.pem'");
        using var signer = Trusted(context);
        var bundle = SignatureBundle.Load(signature);
        var files = FolderSignature.Verify(path, bundle, signer, context.Options().Clock.GetUtcNow(), SignedPaths.Ignored(path, signature, context.Value(_ignore)!), context.Value(_ignoreUnsigned), context.Cancellation);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("path", path);
                json.WriteString("signedBy", signer.Name);
                json.WriteString("keyId", bundle.KeyId);
                json.Strings("files", files);
            });
        }

        context.Confirm($"{path} is signed by {signer.Name} ({bundle.KeyId}): {files.Count} file{(files.Count == 1 ? "" : "s")}");
        return ExitCode.Done;
    }

    private TrustedSigner Trusted(CommandContext context)
    {
        var (key, certificates) = (context.Value(_publicKey), context.Value(_certificate)!);
        if (key is null == (certificates.Length == 0)) throw Codes.Usage.Error("the command line does not say who is believed", "give either --public-key KEY.pem or --certificate CA.pem");
        return key is not null ? TrustedSigner.Key(key) : TrustedSigner.Certificate(certificates, context.Value(_subject));
    }
}
