using System.CommandLine;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Registering;
using ModelRegistry.Verification;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg register</c>.</summary>
internal sealed class RegisterCommand : ToolCommand
{
    private readonly RegisterOptions _options;
    private readonly Option<bool> _push;

    public RegisterCommand()
        : base(
            "register",
            "Register a version: store its files, write its manifest, commit it",
            "register --name resnet18 --file resnet18.pth --metric accuracy=0.93",
            "register --name resnet18 --file resnet18.pth --file labels.txt --metrics metrics.json --architecture resnet18 --input-shape 1x3x224x224",
            "register --name detector --file model.onnx --file notes.md:other --bump major --dataset coco@2017 --parent detector/1.4.0",
            "register --name resnet18 --file resnet18.pth --architecture resnet18 --metrics metrics.json --verify --require \"accuracy>=@production-0.005\"")
    {
        _options = new RegisterOptions();
        foreach (var option in _options.All) Options.Add(option);
        _push = With(new Option<bool>("--push") { Description = "Sync with the remote afterwards; the version that is printed is the one that the remote has" });
    }

    public override ExitCode Run(CommandContext context)
    {
        using var signer = _options.OpenSigner(context);
        var request = _options.Read(context) with { Signer = signer };
        RegistrationResult result;
        using (var progress = context.ShowProgress())
        {
            var registry = context.OpenWorkingCopy(progress, new WeightsExaminer());
            result = _options.WantsVerification(context) ? Verifier.Register(registry, request, cancellation: context.Cancellation) : registry.Register(request, context.Cancellation);
            if (context.Value(_push)) result = registry.Push(result, context.Cancellation);
        }

        if (context.Json) return CommandContext.Print(json => json.Registration(result));
        if (!result.Created)
        {
            context.Confirm($"{result.Id} is registered with this content already; nothing changed");
            return ExitCode.Done;
        }

        var size = result.Manifest.Files.Sum(f => f.Size);
        // Parts that came along by themselves are told by name.
        var parts = result.Manifest.NeedsFolder ? $" ({string.Join(", ", result.Manifest.Files.Take(8).Select(f => f.Path))}{(result.Manifest.Files.Length > 8 ? ", …" : "")})" : "";
        context.Confirm($"registered {result.Id}: {result.Manifest.Files.Length} file{(result.Manifest.Files.Length == 1 ? "" : "s")}{parts}, {Humanise.Bytes(size)}{(result.Commit is null ? ", not committed" : $", commit {Humanise.Commit(result.Commit)}")}");
        return ExitCode.Done;
    }
}
