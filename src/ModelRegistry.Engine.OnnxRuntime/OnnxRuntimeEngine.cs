using Microsoft.ML.OnnxRuntime;
using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>ONNX models on ONNX Runtime. A file is read by our own reader first, so that nothing outside the model's folder is ever opened.</summary>
public sealed class OnnxRuntimeEngine : IVerificationEngine
{
    /// <summary>Its name.</summary>
    public const string EngineName = "onnxruntime";

    // Ten times the largest networks that are published. Loading takes more than twice as long for twice as many.
    private const int MostOperators = 100_000;

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Version => OrtEnv.Instance().GetVersionString();

    /// <inheritdoc/>
    public IReadOnlyList<string> Formats { get; } = ["onnx"];

    /// <inheritdoc/>
    public IEngineSession Load(EngineRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var tables = Examine(request.WeightsPath);
        OrtEnv.Instance().DisableTelemetryEvents();
        using var options = new SessionOptions
        {
            // The checks run a model twice: optimising it takes longer than it saves.
            GraphOptimizationLevel = request.RunsOften ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = request.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return new OnnxRuntimeSession(new InferenceSession(request.WeightsPath, options), tables);
        }
        catch (OnnxRuntimeException failure)
        {
            throw OnnxRefusal.Of("ONNX Runtime refuses the model", failure, request.WeightsPath);
        }
    }

    // ONNX Runtime opens whatever path a tensor's external data names.
    private static Dictionary<string, long> Examine(string path)
    {
        using var file = WeightsFile.Open(path);
        if (file is not OnnxFile model)
            throw new InferenceException(EngineRefusal.Code, $"ONNX Runtime loads ONNX files, and this is {WeightsExaminer.FormatName(file.Format)}", hint: "verify it with --engine managed");
        if (model.Model.Operators.Values.Sum() is > MostOperators and var operators)
            throw new InferenceException(EngineRefusal.Code, $"its graph has {operators} operators, and at most {MostOperators} are run", hint: "export it with loops in place of repeated operators");
        var report = WeightsScanner.Scan(path);
        if (report.Verdict is ScanVerdict.Dangerous or ScanVerdict.Invalid)
            throw new InferenceException(EngineRefusal.Code, $"the scan calls it {WeightsExaminer.VerdictName(report.Verdict)}: {string.Join("; ", report.Findings.Take(3).Select(f => f.What))}", hint: "'modelreg scan' lists everything that was found");
        return IndexTables.Of(model);
    }
}
