using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>One PyTorch for the networks of a whole class: to start it takes longer than most of them.</summary>
public sealed class GoldenMaker : IDisposable
{
    private readonly ConcurrentQueue<string> _errors = new();
    private Process? _process;

    /// <summary>Writes weights, inputs and outputs of a network at its full size into a folder.</summary>
    public void Make(string folder, string network)
    {
        if (_process is null or { HasExited: true }) Start();
        _process!.StandardInput.WriteLine(JsonSerializer.Serialize(new[] { folder, network }));
        _process.StandardInput.Flush();
        while (_process.StandardOutput.ReadLine() is var line)
        {
            if (line == "made") return;
            if (line is not null) continue;
            _process.WaitForExit();
            Assert.Fail($"PyTorch did not make {network}: {string.Join('\n', _errors)}");
        }
    }

    public void Dispose()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Start()
    {
        _process?.Dispose();
        _errors.Clear();
        _process = Process.Start(new ProcessStartInfo(PyTorchTheoryAttribute.Python, [Fixtures.At("make_architecture_goldens.py"), "full", ".", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }
}
