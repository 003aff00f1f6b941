using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;
using Torch = TorchSharp.torch;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>State dicts and TorchScript on libtorch. Weights are read by our own readers; libtorch never unpickles a file that our scan does not call safe.</summary>
public sealed class TorchSharpEngine : IVerificationEngine
{
    /// <summary>Its name.</summary>
    public const string EngineName = "torchsharp";

    // About 100,000 statements; the largest networks of torchvision have a twentieth. Libtorch takes some 4 KiB of memory for each.
    private const int MostCode = 4 << 20;

    private const string ForeignOperators = "ops.torchvision.";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Version { get; } = $"{typeof(Torch.Tensor).Assembly.GetName().Version!.ToString(3)} (libtorch 2.10.0)";

    /// <inheritdoc/>
    public IReadOnlyList<string> Formats { get; } = ["pytorch-state-dict", "pytorch-legacy", "torchscript", "safetensors"];

    /// <inheritdoc/>
    public IEngineSession Load(EngineRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var file = WeightsFile.Open(request.WeightsPath, new WeightsReadOptions { TensorsOnly = true });
        try
        {
            NativeLibraryCheck.Run();
            Prepare(request.Threads);
            // A network that is described is interpreted; an archive without one runs its own code.
            if (file.Format != WeightsFormat.TorchScript || request.Architecture is not null) return new GraphSession(file, request.RequireArchitecture());
            RefuseTooMuch(file.Code);
            RefuseOperators(file.Code);
            return ScriptSession.Load(request, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void RefuseTooMuch(IReadOnlyList<SourceListing> code)
    {
        if (code.Sum(source => (long)source.Text.Length) is > MostCode and var length)
            throw new InferenceException(EngineRefusal.Code, $"the archive has {length >> 20} MiB of code, and at most {MostCode >> 20} MiB are compiled", hint: "export it with loops in place of repeated statements");
    }

    // Libtorch ends the process where it does not know an operator.
    private static void RefuseOperators(IReadOnlyList<SourceListing> code)
    {
        if (code.FirstOrDefault(source => source.Text.Contains(ForeignOperators, StringComparison.Ordinal)) is not { } foreign) return;
        var rest = foreign.Text.AsSpan(foreign.Text.IndexOf(ForeignOperators, StringComparison.Ordinal));
        var end = rest.IndexOfAny("(, \n");
        throw new InferenceException(EngineRefusal.Code, $"the archive calls '{(end < 0 ? rest : rest[..end])}', an operator of torchvision's library, which libtorch does not have", hint: "export the network without the steps that follow it, or to ONNX");
    }

    private static void Prepare(int threads)
    {
        if (threads > 0) Torch.set_num_threads(threads);
        Torch.manual_seed(20171);
    }
}
