using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg import</c>.</summary>
internal sealed class ImportCommand : ToolCommand
{
    private readonly Argument<string> _source;
    private readonly Option<string?> _name;
    private readonly Option<string?> _version;
    private readonly Option<string[]> _files;
    private readonly Option<string?> _digest;
    private readonly Option<bool> _remote;
    private readonly Option<bool> _allowUnsafe;
    private readonly Option<bool> _noCommit = CommonOptions.NoCommit();

    public ImportCommand()
        : base(
            "import",
            "Register a model from a hub, an OCI registry or a web server, or take versions out of an archive that 'export' or an OCI client wrote",
            "import hf://microsoft/resnet-18", "import hf://org/repo@v1.0 --files config.json --files \"*.safetensors\" --name classifier", "import oci://ghcr.io/org/model:1.0", "import https://example.org/m.onnx --digest sha256:…", "import resnet18.tar")
    {
        _source = With(new Argument<string>("SOURCE") { Description = "hf://ORG/REPO[@REVISION], oci://HOST/REPO:TAG, https://HOST/FILE, or an archive; - for one on standard input" });
        _name = With(CommonOptions.Text("--name", "NAME", "The family; default: the last part of the address"));
        _version = With(CommonOptions.Text("--version", "VERSION", "The version; default: the next one"));
        _files = With(CommonOptions.Many("--files", "GLOB", "Take only files whose path or name matches"));
        _digest = With(CommonOptions.Text("--digest", "sha256:…", "What the file of a web server must be"));
        _remote = With(new Option<bool>("--remote") { Description = "Keep the manifest alone: the bytes are read and scanned once, and stay where they are" });
        _allowUnsafe = With(new Option<bool>("--allow-unsafe") { Description = "Take weights although their pickle asks for code to be run" });
        Options.Add(_noCommit);
    }

    public override ExitCode Run(CommandContext context) =>
        OriginRequest.IsAddress(context.Value(_source)!) ? FromOrigin(context) : FromArchive(context);

    private ExitCode FromOrigin(CommandContext context)
    {
        var request = new OriginRequest(context.Value(_source)!)
        {
            Name = context.Value(_name) is { } name ? ModelName.Parse(name) : null,
            Version = context.Value(_version) is { } version ? ModelVersion.Parse(version) : null,
            Files = [.. context.Value(_files)!],
            Digest = context.Value(_digest) is { } digest ? Digest.Parse(digest) : null,
            Remote = context.Value(_remote),
            AllowUnsafe = context.Value(_allowUnsafe),
            Commit = !context.Value(_noCommit),
        };
        RegistrationResult result;
        using (var progress = context.ShowProgress()) result = context.OpenWorkingCopy(progress, new WeightsExaminer()).Import(request, context.Cancellation);
        return Print(context, [new ImportedVersion(result.Id, result.Created, result.Commit)]);
    }

    private ExitCode FromArchive(CommandContext context)
    {
        if (new Option[] { _name, _version, _files, _digest, _remote, _allowUnsafe }.FirstOrDefault(context.Has) is { } option)
            throw Codes.Usage.Error($"{option.Name} says nothing of an archive, whose versions are taken as they are", "leave it out, or name the address of a model: hf://ORG/REPO");
        var source = context.Value(_source)!;
        if (source != "-") return Print(context, context.OpenWorkingCopy().Import(source, !context.Value(_noCommit), context.Cancellation));
        using var input = new StandardInput(context.Cancellation);
        return Print(context, context.OpenWorkingCopy().Import(input, !context.Value(_noCommit), context.Cancellation));
    }

    private static ExitCode Print(CommandContext context, IReadOnlyList<ImportedVersion> imported)
    {
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
