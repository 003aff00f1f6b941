using ModelRegistry.Diagnostics;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>Turns what the readers of weights throw into what front ends print.</summary>
public static class WeightsFailure
{
    /// <summary>The same failure with its code, the file's name in the message, and the readers' hint.</summary>
    /// <param name="failure">What a reader threw.</param>
    /// <param name="path">The file.</param>
    public static ModelRegistryException ToRegistryException(this WeightsFormatException failure, string path)
    {
        var where = failure.Where is { Length: > 0 } at && !path.EndsWith(at, StringComparison.Ordinal) ? $", {at}" : "";
        return new Diagnostic(failure.Code, (ErrorKind)failure.ExitCode, failure.Title).Error(
            $"{failure.Message}: {path}{where}",
            failure.Hint ?? "'modelreg scan' lists what is wrong with the file",
            failure);
    }
}
