using ModelRegistry.Diagnostics;

namespace ModelRegistry.Registration;

/// <summary>Refuses weights whose scan found something, unless the user takes the responsibility.</summary>
internal static class UnsafeFiles
{
    public static void Check(string source, FileExamination? examination, bool allow, IRegistryLog log)
    {
        if (examination?.Verdict is null or "safe") return;
        var findings = string.Join(", ", examination.Findings.Take(5)) + (examination.Findings.Length > 5 ? $", and {examination.Findings.Length - 5} more" : "");
        var dangerous = examination.Verdict == "dangerous";
        if (!allow)
        {
            throw (dangerous ? Codes.DangerousFile : Codes.MalformedFile).Error(
                $"{source} is {examination.Verdict}: {findings}",
                dangerous ? "convert it to safetensors, or save only its state_dict; --allow-unsafe registers it all the same" : "save it again with the training framework; --allow-unsafe registers it all the same");
        }

        log.Warn(dangerous ? Codes.DangerousFile : Codes.MalformedFile, $"{source} is {examination.Verdict}: {findings}; registered because --allow-unsafe was given");
    }
}
