using System.Diagnostics;
using System.Globalization;

namespace ModelRegistry.Benchmarks.Networks;

/// <summary>A state dict of random weights that torchvision wrote, gone when disposed; and libtorch's time for the same network.</summary>
internal sealed class TorchState : IDisposable
{
    private readonly string _network;

    public TorchState(string network)
    {
        _network = network;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"modelreg-{network}-{Environment.ProcessId}.pth");
        Python(1, "write");
    }

    public string Path { get; }

    /// <summary>Median and shortest milliseconds of a forward pass in a process of its own.</summary>
    public (double Median, double Shortest) Forward(int threads)
    {
        var figures = Python(threads).Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        return (figures[0], figures[1]);
    }

    public void Dispose() => File.Delete(Path);

    private string Python(int threads, params string[] more)
    {
        var script = System.IO.Path.Combine(AppContext.BaseDirectory, "Networks", "torch_forward.py");
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        using var process = Process.Start(new ProcessStartInfo(python, [script, _network, Path, threads.ToString(CultureInfo.InvariantCulture), .. more]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        // Depthwise convolutions of libtorch print lines by the thousand.
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException("python3 with torch and torchvision is needed");
    }
}
