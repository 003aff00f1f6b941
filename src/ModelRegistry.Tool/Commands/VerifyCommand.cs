using System.CommandLine;
using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg verify</c>.</summary>
internal sealed class VerifyCommand : ToolCommand
{
    private readonly Argument<string> _name;
    private readonly Argument<string?> _selector;
    private readonly Option<string?> _image = CommonOptions.Text("--image", "FILE", "Classify this image: PNG, JPEG, WebP, BMP, GIF, PGM, PPM or npy");
    private readonly Option<string?> _input = CommonOptions.Text("--input", "FILE", "Run this npy or safetensors file");
    private readonly Option<int> _top = new("--top") { Description = "How many classes to show", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _timeout = new("--timeout") { Description = "Seconds after which the verification counts as failed", HelpName = "SECONDS", DefaultValueFactory = _ => 60 };
    private readonly Option<int> _memory = new("--memory") { Description = "Most MiB that it may use", HelpName = "MIB", DefaultValueFactory = _ => 4096 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; 0 for one per processor", HelpName = "N" };
    private readonly Option<double?> _latency = new("--max-latency") { Description = "Most milliseconds that a run may take", HelpName = "MS" };
    private readonly Option<string?> _engine = CommonOptions.Text("--engine", "NAME", "What runs the network: managed, onnxruntime, torchsharp, or all that can [default: by the format]");
    private readonly Option<bool> _noRecord = new("--no-record") { Description = "Do not record the outcome in the registry" };
    private readonly Option<bool> _noCommit = CommonOptions.NoCommit();

    public VerifyCommand()
        : base("verify", "Prove that a version loads and infers, in a process of its own", "verify resnet18", "verify resnet18/best --image cat.png --top 3", "verify resnet18 1.1.0 --json --no-record", "verify resnet18 --engine all")
    {
        _name = With(ModelArgument.Name());
        _selector = With(ModelArgument.Selector(_name));
        foreach (var option in new Option[] { _image, _input, _top, _timeout, _memory, _threads, _latency, _engine, _noRecord, _noCommit }) Options.Add(option);
    }

    public override ExitCode Run(CommandContext context)
    {
        var reference = ModelArgument.Read(context, _name, _selector);
        if (context.Value(_image) is not null && context.Value(_input) is not null) throw Codes.Usage.Error("--image and --input exclude each other", "give one of them");
        var options = new VerifyOptions
        {
            Image = context.Value(_image),
            Input = context.Value(_input),
            Top = Positive(context, _top),
            Timeout = TimeSpan.FromSeconds(Positive(context, _timeout)),
            MemoryLimit = (long)Positive(context, _memory) << 20,
            Threads = context.Value(_threads) is >= 0 and <= 1024 and var threads ? threads : throw Codes.Usage.Error("--threads is out of range", "give 0 for one per processor, or up to 1024"),
            MaxLatency = context.Value(_latency),
            Engine = context.Value(_engine),
            Record = !context.Value(_noRecord),
            Commit = !context.Value(_noCommit),
        };
        var registry = options.Record ? context.OpenWorkingCopy() : context.OpenRegistry();
        var resolution = context.Resolve(registry, reference, new ResolveOptions { IncludeUnverified = true });
        if (options.Engine == "all")
        {
            var comparison = Verifier.VerifyWithAll(registry, resolution, options, context.Cancellation);
            if (context.Json) CommandContext.Print(json => ComparisonOfEngines.Document(json, resolution.Id, comparison));
            else ComparisonOfEngines.Show(context, resolution.Id, comparison);
            return comparison.Passed ? ExitCode.Done : ExitCode.CheckFailed;
        }

        var (report, recorded) = Verifier.Verify(registry, resolution, options, context.Cancellation);
        if (context.Json) CommandContext.Print(json => json.Verification(resolution.Id, report));
        else Show(context, resolution.Id, report, recorded);
        return report.Passed ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static int Positive(CommandContext context, Option<int> option) =>
        context.Value(option) is > 0 and var value ? value : throw Codes.Usage.Error($"{option.Name} must be at least 1", "leave it out for the default");

    private static void Show(CommandContext context, ModelId id, VerificationReport report, PointerChange? recorded)
    {
        if (context.Quiet) return;
        var screen = context.Screen;
        var table = Screen.Table("CHECK", "", "DETAIL");
        foreach (var check in report.Checks)
            table.AddRow(Output.Screen.Cell(check.Name), Output.Screen.Cell(check.Passed ? "passed" : "FAILED", check.Passed ? Output.Screen.Good : Output.Screen.Bad), Output.Screen.Cell(check.Detail));
        screen.Write(table);
        foreach (var top in report.Top)
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{top.Probability,8:P1}  {top.Label}"));
        var total = report.Timings.TryGetValue("total", out var ms) ? string.Create(CultureInfo.InvariantCulture, $" in {ms:0} ms") : "";
        screen.Line($"{id} {(report.Passed ? "passed" : "failed")}{total} ({report.Engine} engine){(recorded?.Commit is { } commit ? $", recorded in commit {Humanise.Commit(commit)}" : "")}", report.Passed ? Output.Screen.Good : Output.Screen.Bad);
    }
}
