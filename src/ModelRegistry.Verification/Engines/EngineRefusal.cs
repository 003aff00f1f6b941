using ModelRegistry.Inference;

namespace ModelRegistry.Verification;

/// <summary>What a native runtime refuses, as one line with a code.</summary>
public static class EngineRefusal
{
    /// <summary>The diagnostic: the runtime below an engine refuses the model.</summary>
    public static string Code => VerificationCodes.EngineRefused.Code;

    /// <summary>The failure as the checks report it.</summary>
    /// <param name="what">What was refused.</param>
    /// <param name="failure">What the runtime threw; its first line is shown.</param>
    public static InferenceException Of(string what, Exception failure)
    {
        var first = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? failure.GetType().Name;
        return new InferenceException(Code, $"{what}: {Shared.SafeText.OneLine(first.Length > 400 ? first[..400] : first)}", inner: failure);
    }
}
