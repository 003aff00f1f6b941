using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using ModelRegistry.Inference;
using ModelRegistry.Verification;

namespace ModelRegistry.Engine.OnnxRuntime;

/// <summary>What ONNX Runtime refuses, in its own words without the places of its source: the name of one function fills the line.</summary>
internal static partial class OnnxRefusal
{
    /// <summary>The failure as the checks report it.</summary>
    /// <param name="what">What was refused.</param>
    /// <param name="failure">What ONNX Runtime threw.</param>
    /// <param name="path">The model: the record of a verification goes to other machines and names no path of this one.</param>
    public static InferenceException Of(string what, OnnxRuntimeException failure, string? path = null)
    {
        var message = SourcePlace().Replace(failure.Message, "");
        return EngineRefusal.Of(what, new InvalidOperationException(path is null ? message : message.Replace(path, Path.GetFileName(path), StringComparison.Ordinal), failure));
    }

    [GeneratedRegex(@"/onnxruntime_src/\S+:\d+ [^\n]*?\)( const)? ", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourcePlace();
}
