using System.CommandLine;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Tool.Weights;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Commands;

/// <summary><c>modelreg convert</c>.</summary>
internal sealed class ConvertCommand : ToolCommand
{
    private readonly Argument<string> _source;
    private readonly Argument<string> _destination;
    private readonly Option<bool> _overwrite;
    private readonly Option<SharedTensors> _shared;
    private readonly Option<bool> _tensorsOnly;
    private readonly Option<string[]> _files;
    private readonly Option<string?> _stripPrefix;
    private readonly Option<string[]> _rename;
    private readonly Option<DType?> _dtype;

    public ConvertCommand()
        : base(
            "convert",
            "Convert weights to safetensors or to a PyTorch state dict, checked bit for bit",
            "convert model.pth model.safetensors",
            "convert resnet18/latest resnet18.safetensors --overwrite",
            "convert model.safetensors model.pth")
    {
        _source = With(new Argument<string>("SOURCE") { Description = "A file of any format that can be read, or a version: NAME[/SELECTOR]" });
        _destination = With(new Argument<string>("DESTINATION") { Description = "The file to make: .safetensors, or .pth .pt .bin .ckpt" });
        _overwrite = With(new Option<bool>("--overwrite") { Description = "Replace a destination that exists" });
        _shared = With(Choice.Of(
            "--shared", "Tensors that lie in the same memory, where the target keeps each apart", SharedTensors.Refuse,
            ("refuse", SharedTensors.Refuse), ("clone", SharedTensors.Clone)));
        _tensorsOnly = With(new Option<bool>("--tensors-only") { Description = "Skip harmless values that are no tensors, where the file has such; nothing is executed either way" });
        _files = With(CommonOptions.Files());
        _stripPrefix = With(CommonOptions.Text("--strip-prefix", "PREFIX", "Take a prefix off the names of tensors, such as module."));
        _rename = With(CommonOptions.Many("--rename", "REGEX=TEXT", "Give tensors other names: what the expression matches is replaced, $1 is its first group"));
        _dtype = With(Choice.Of<DType?>(
            "--dtype", "Type of the tensors of floating-point numbers, rounded to nearest; others keep theirs", null,
            ("f32", DType.Float32), ("f16", DType.Float16), ("bf16", DType.BFloat16)));
    }

    public override ExitCode Run(CommandContext context)
    {
        var (source, destination) = (context.Value(_source)!, context.Value(_destination)!);
        ModelArgument.Refuse(context, destination);
        var target = WeightsTarget.Find(context, source, context.Value(_files));
        var isData = target.Version?.Weights.File.Scan == "data";
        long length;
        using (var whole = target.Open(context, context.Value(_tensorsOnly))) length = whole.FileLength;
        var options = new ConversionOptions
        {
            Overwrite = context.Value(_overwrite),
            SharedTensors = context.Value(_shared),
            StripPrefix = context.Value(_stripPrefix),
            Rename = [.. context.Value(_rename)!.Select(Rule)],
            DType = context.Value(_dtype),
            Read = new WeightsReadOptions { TensorsOnly = isData || context.Value(_tensorsOnly) },
        };
        ConversionReport report;
        try
        {
            using var display = context.ShowProgress();
            report = WeightsConverter.Convert(target.Path, destination, options, new BytesOf(display, Path.GetFileName(destination), length), context.Cancellation);
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(source);
        }

        if (context.Json)
        {
            return CommandContext.Print(json =>
            {
                json.WriteString("path", Path.GetFullPath(destination));
                json.WriteString("source", WeightsExaminer.FormatName(report.Source));
                json.WriteString("target", WeightsExaminer.FormatName(report.Target));
                json.WriteNumber("tensors", report.TensorCount);
                json.WriteNumber("bytes", report.FileLength);
                json.WriteStartArray("cloned");
                foreach (var group in report.Cloned)
                {
                    json.WriteStartArray();
                    foreach (var name in group) json.WriteStringValue(name);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
                json.Strings("leftOut", report.LeftOut);
            });
        }

        context.Confirm($"wrote {destination}: {Humanise.Count(report.TensorCount)} tensors, {Humanise.Bytes(report.FileLength)}, {(options.DType is null ? "equal to the source bit for bit" : $"rounded to {options.DType.Value.DisplayName()}")}");
        foreach (var left in report.LeftOut) context.Confirm($"left out: {left}");
        foreach (var group in report.Cloned) context.Confirm($"shared memory in the source, copies now: {string.Join(", ", group)}");
        return ExitCode.Done;
    }

    private static TensorRename Rule(string text) =>
        text.LastIndexOf('=') is > 0 and var equals
            ? new TensorRename(text[..equals], text[(equals + 1)..])
            : throw Codes.Usage.Error($"'{SafeText.OneLine(text)}' is no rule", "write REGEX=TEXT, such as '^model\\.='");

    /// <summary>Bytes of tensor data as the progress of one file.</summary>
    private sealed class BytesOf(IProgress<TransferProgress> display, string file, long total) : IProgress<long>
    {
        public void Report(long value) => display.Report(new TransferProgress(file, Math.Min(value, total), total));
    }
}
