using System.Diagnostics;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>A test that asks a real PyTorch: skipped, with the reason, where python3 cannot import torch and torchvision.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PyTorchTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> s_reason = new(FindReason);

    public PyTorchTheoryAttribute() => Skip = s_reason.Value;

    /// <summary>The interpreter that has PyTorch: a distribution's own before whatever comes first in PATH.</summary>
    internal static string Python { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    internal static (int ExitCode, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output.GetAwaiter().GetResult();
        return (process.ExitCode, error);
    }

    private static string? FindReason()
    {
        try
        {
            var (exitCode, error) = Run("-c", "import torch, torchvision, numpy");
            return exitCode == 0 ? null : $"{Python} cannot import torch and torchvision: {error.Trim().Split('\n')[^1]}";
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"{Python} cannot be started: {exception.Message}";
        }
    }
}
