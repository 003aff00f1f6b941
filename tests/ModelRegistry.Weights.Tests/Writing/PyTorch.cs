using System.ComponentModel;
using System.Diagnostics;

namespace ModelRegistry.Weights.Tests.Writing;

/// <summary>A Python that can import PyTorch, where the machine has one.</summary>
internal static class PyTorch
{
    private static readonly Lazy<string?> Interpreter = new(Find);

    public static bool IsAvailable => Interpreter.Value is not null;

    /// <summary>Runs fixtures/pytorch_peer.py and gives back what it prints.</summary>
    public static string RunPeer(params string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "fixtures", "pytorch_peer.py");
        var (exitCode, output, error) = Run(Interpreter.Value!, [script, .. arguments]);
        Assert.True(exitCode == 0, error);
        return output;
    }

    /// <summary>Runs a program of one line.</summary>
    public static void RunProgram(string program, params string[] arguments)
    {
        var (exitCode, _, error) = Run(Interpreter.Value!, ["-c", program, .. arguments]);
        Assert.True(exitCode == 0, error);
    }

    private static string? Find() =>
        new[] { "/usr/bin/python3", "python3", "python" }.FirstOrDefault(candidate => CanImportTorch(candidate));

    private static bool CanImportTorch(string interpreter)
    {
        try
        {
            return Run(interpreter, ["-c", "import numpy, torch; torch.load.__kwdefaults__"]).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static (int ExitCode, string Output, string Error) Run(string interpreter, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(interpreter, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONIOENCODING"] = "utf-8", ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
