using System.Collections.Immutable;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>
/// Scans files before they are registered and reads what weights declare: format, parameters, tensors, inputs and outputs.
/// Weights get a verdict in any case; another file only where it turns out dangerous, whatever its name.
/// </summary>
public sealed class WeightsExaminer : IFileExaminer
{
    /// <inheritdoc/>
    public IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation)
    {
        var reports = WeightsScanner.Scan([.. files.Select(file => file.Location)], cancellation);
        var examinations = new FileExamination?[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => examinations[i] = Examine(files[i], reports[i]));
        return examinations;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> PartsOf(string path)
    {
        try
        {
            return WeightsParts.Beside(path);
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException(path);
        }
    }

    private static FileExamination? Examine(StagedFile file, ScanReport report)
    {
        if (file.Role != FileRoles.Weights && report.Verdict != ScanVerdict.Dangerous) return null;
        if (BreaksPromise(file, report)) report = report with { Verdict = ScanVerdict.Invalid, Hint = "the name promises weights of a format that is read, and this is none: fetch or save the file again, or give it another name" };
        var examination = new FileExamination
        {
            Format = FormatName(report.Format),
            Verdict = VerdictName(report.Verdict),
            Findings = [.. report.Findings.Select(Line)],
            Hint = report.Hint,
        };
        return report.Verdict is ScanVerdict.Safe or ScanVerdict.Data ? Describe(file.Location, examination) : examination;
    }

    // The name decides nothing about a format; but noise under a name like model.safetensors is a download that went wrong, not a model of another kind.
    private static bool BreaksPromise(StagedFile file, ScanReport report) =>
        report is { Verdict: ScanVerdict.Unknown, Format: "unknown" }
        && Path.GetExtension(file.Path.Value).ToLowerInvariant() is ".pth" or ".pt" or ".ptl" or ".th" or ".safetensors" or ".onnx" or ".gguf" or ".npz";

    /// <summary><c>safe</c>, <c>data</c>, <c>unknown</c>, <c>dangerous</c> or <c>invalid</c>.</summary>
    public static string VerdictName(ScanVerdict verdict) => verdict switch
    {
        ScanVerdict.Safe => "safe",
        ScanVerdict.Data => "data",
        ScanVerdict.Unknown => "unknown",
        ScanVerdict.Dangerous => "dangerous",
        _ => "invalid",
    };

    /// <summary>The scanner's name of a format as manifests write it; null for one that is not known.</summary>
    public static string? FormatName(string scanned) => scanned switch
    {
        "pytorch-zip" => "pytorch-state-dict",
        "unknown" => null,
        _ => scanned,
    };

    /// <summary>A reader's format as manifests write it.</summary>
    public static string FormatName(WeightsFormat format) => format switch
    {
        WeightsFormat.PyTorchZip => "pytorch-state-dict",
        WeightsFormat.PyTorchLegacy => "pytorch-legacy",
        WeightsFormat.TorchScript => "torchscript",
        WeightsFormat.Safetensors => "safetensors",
        WeightsFormat.Gguf => "gguf",
        WeightsFormat.NumpyZip => "npz",
        _ => "onnx",
    };

    private static FileExamination Describe(string path, FileExamination examination)
    {
        try
        {
            // What the scan called data is skipped; nothing is executed either way.
            using var file = WeightsFile.Open(path, new WeightsReadOptions { TensorsOnly = true, SinglePart = true });
            return examination with
            {
                Format = FormatName(file.Format),
                Parameters = file.ModuleTree.ParameterCount,
                Tensors = file.Tensors.Count,
                Inputs = Specs(file.Signature?.Inputs),
                Outputs = Specs(file.Signature?.Outputs),
            };
        }
        catch (WeightsFormatException)
        {
            // NumPy arrays and the like are safe, but hold no model whose tensors could be listed.
            return examination;
        }
    }

    /// <summary>Half a signature would be taken for the whole one, so it is all values or none.</summary>
    private static ImmutableArray<TensorSpec> Specs(ImmutableArray<SignatureValue>? values)
    {
        if (values is not { IsDefaultOrEmpty: false } declared) return [];
        if (declared.Any(v => v.DType is null || v.Shape.IsDefault || v.Name.Length == 0)) return [];
        return [.. declared.Select(v => new TensorSpec { Name = v.Name, Dtype = v.DType!.Value.DisplayName(), Shape = v.Shape })];
    }

    private static string Line(WeightsFinding finding) =>
        $"{finding.Code}: {finding.What}{(finding.Where.Length == 0 ? "" : $" ({finding.Where})")}";
}
