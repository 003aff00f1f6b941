using ModelRegistry.Diagnostics;

namespace ModelRegistry.Registration;

/// <summary>Refuses weights whose scan found something, unless the user takes the responsibility.</summary>
internal static class UnsafeFiles
{
    public static void Check(string source, FileExamination? examination, bool allow, IRegistryLog log)
    {
        // A format that nobody here reads is welcome; the manifest says that it is unknown.
        if (examination?.Verdict is null or "safe" or "unknown") return;
        var findings = string.Join(", ", examination.Findings.Take(5)) + (examination.Findings.Length > 5 ? $", and {examination.Findings.Length - 5} more" : "");
        if (examination.Verdict == "data")
        {
            log.Warn(Codes.PlainValues, $"{source} holds plain values beside its tensors: {findings}; better save model.state_dict() alone, or use 'modelreg convert --tensors-only'");
            return;
        }

        var dangerous = examination.Verdict == "dangerous";
        if (!allow)
        {
            throw (dangerous ? Codes.DangerousFile : Codes.MalformedFile).Error(
                $"{source} is {examination.Verdict}: {findings}",
                dangerous ? "convert it to safetensors, or save only its state_dict; --allow-unsafe registers it all the same" : $"{examination.Hint ?? "save it again with the training framework"}; --allow-unsafe registers it all the same");
        }

        log.Warn(dangerous ? Codes.DangerousFile : Codes.MalformedFile, $"{source} is {examination.Verdict}: {findings}; registered because --allow-unsafe was given");
    }
}
