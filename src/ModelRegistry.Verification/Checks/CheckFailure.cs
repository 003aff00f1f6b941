using ModelRegistry.Inference;
using ModelRegistry.Shared;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>What readers and engines throw when a file or an input is refused, as one line with its code.</summary>
internal static class CheckFailure
{
    /// <returns>Null for an exception that is a defect, not a refusal.</returns>
    public static ServeFailure? Of(Exception failure) => failure switch
    {
        StateDictException difference => new ServeFailure(difference.Code, Everything(difference.Difference), difference.Hint),
        InferenceException refused => new ServeFailure(refused.Code, $"{refused.Message}{(refused.Where is null ? "" : $" ({refused.Where})")}", refused.Hint),
        WeightsFormatException refused => new ServeFailure(refused.Code, $"{refused.Message}{(refused.Where is { Length: > 0 } where ? $" ({where})" : "")}", refused.Hint),
        IOException or UnauthorizedAccessException => new ServeFailure(VerificationCodes.FileUnreadable.Code, failure.Message, null),
        _ => null,
    };

    private static string Everything(StateDictDifference difference)
    {
        var parts = new List<string>();
        if (difference.Missing.Count > 0) parts.Add($"missing {string.Join(", ", difference.Missing)}");
        if (difference.Unexpected.Count > 0) parts.Add($"unexpected {string.Join(", ", difference.Unexpected)}");
        if (difference.Misshapen.Count > 0) parts.Add($"misshapen {string.Join(", ", difference.Misshapen)}");
        if (difference.NearestPairs is [_, ..] pairs) parts.Add($"alike are {string.Join(", ", pairs.Select(pair => $"{pair.Missing} and {pair.Unexpected}"))}");
        return SafeText.OneLine(string.Join("; ", parts));
    }
}
