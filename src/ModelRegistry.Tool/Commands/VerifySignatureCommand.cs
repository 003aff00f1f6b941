using System.Collections.Immutable;
using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Signing;
using ModelRegistry.Trust;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg verify-signature</c>.</summary>
internal sealed class VerifySignatureCommand : ToolCommand
{
    private readonly Argument<string?> _name;
    private readonly Argument<string?> _selector;
    private readonly Option<string?> _policy;
    private readonly Option<string?> _path;
    private readonly Option<string?> _signature;
    private readonly Option<string?> _publicKey;
    private readonly Option<string[]> _certificate;
    private readonly Option<string?> _subject;
    private readonly Option<string[]> _ignore;
    private readonly Option<bool> _ignoreUnsigned;

    public VerifySignatureCommand()
        : base(
            "verify-signature",
            "Check who vouches for a version, or for the files of a folder",
            "verify-signature resnet18/1.1.0", "verify-signature resnet18/1.1.0 --public-key vision.pem", "verify-signature --path model/ --signature model.sig --certificate ca.pem")
    {
        _name = With(ModelArgument.OptionalName());
        _selector = With(ModelArgument.Selector(_name));
        _policy = With(CommonOptions.Text("--policy", "FILE", $"Hold the version against this policy; default: the nearest {ModelTrustPolicy.FileName} upwards"));
        _publicKey = With(CommonOptions.Text("--public-key", "KEY.pem", "Believe this key"));
        _certificate = With(CommonOptions.Many("--certificate", "CA.pem", "Believe whoever holds a certificate below one of these"));
        _subject = With(CommonOptions.Text("--subject", "NAME", "The subject that the signer's certificate must have, such as CN=model-release"));
        _path = With(CommonOptions.Text("--path", "DIR|FILE", "Check a folder or file that is in no registry"));
        _signature = With(CommonOptions.Text("--signature", "FILE.sig", "The signature of --path"));
        _ignore = With(CommonOptions.Many("--ignore", "PATH", "A path below --path that may be there without being signed"));
        _ignoreUnsigned = With(new Option<bool>("--ignore-unsigned-files") { Description = "Let files be there below --path that are not signed" });
    }

    public override ExitCode Run(CommandContext context)
    {
        if (context.Value(_name) is null == context.Value(_path) is null) throw Codes.Usage.Error("the command line does not say what to check", "name a version, or a folder with --path");
        return context.Value(_path) is { } path ? CheckFolder(context, path) : CheckVersion(context);
    }

    private ExitCode CheckVersion(CommandContext context)
    {
        var policy = Policy(context);
        var registry = context.OpenRegistry();
        var id = context.Resolve(registry, ModelArgument.Parse(context, context.Value(_name)!, context.Value(_selector)), new ResolveOptions { Fetch = false }).Id;
        var verdict = registry.CheckTrust(id, policy);
        verdict.ThrowIfRefused();
        foreach (var warning in verdict.Problems) context.Options().Log.Warn(warning.Failure.Diagnostic, warning.Failure.Message);
        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.IdFields(id);
                json.Objects("signedBy", verdict.SignedBy, signer =>
                {
                    json.WriteString("name", signer.Name);
                    json.WriteString("keyId", signer.KeyId);
                });
                json.WriteString("exemption", verdict.Exemption?.Reason);
            });
        }

        context.Confirm(verdict.SignedBy.Length > 0 ? $"{id} is signed by {string.Join(", ", verdict.SignedBy.Select(signer => $"{signer.Name} ({signer.KeyId})"))}"
            : verdict.Exemption is { } exemption ? $"{id} needs no signature: {exemption.Reason}"
            : $"{id} is not signed by anybody who is believed");
        return ExitCode.Done;
    }

    private ModelTrustPolicy Policy(CommandContext context)
    {
        var (key, certificates) = (context.Value(_publicKey), context.Value(_certificate)!);
        if (key is null && certificates.Length == 0)
        {
            return ModelTrustPolicy.Find(context.Value(_policy), context.Options().WorkingDirectory)
                ?? throw Codes.Usage.Error($"nothing says who is believed: there is no {ModelTrustPolicy.FileName} here or above", "give --public-key KEY.pem, --certificate CA.pem or --policy FILE");
        }

        if (key is not null && certificates.Length > 0) throw Codes.Usage.Error("both a key and certificates are given", "give either --public-key KEY.pem or --certificate CA.pem");
        var signers = key is not null
            ? [new PolicySigner { Name = Path.GetFileName(key), PublicKeyPath = key }]
            : certificates.Select(path => new PolicySigner { Name = Path.GetFileName(path), CertificatePath = path, Subject = context.Value(_subject) }).ToImmutableArray();
        return new ModelTrustPolicy { Path = "the command line", Mode = TrustMode.Require, Signers = signers };
    }

    private ExitCode CheckFolder(CommandContext context, string path)
    {
        var signature = context.Value(_signature) ?? throw Codes.Usage.Error("the command line does not name the signature", "give --signature FILE.sig");
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
