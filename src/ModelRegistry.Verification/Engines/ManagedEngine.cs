using System.Reflection;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>The product's own engine: managed code, nothing installed beyond .NET.</summary>
public sealed class ManagedEngine : IVerificationEngine
{
    /// <summary>Its name.</summary>
    public const string EngineName = "managed";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Version { get; } = typeof(CompiledModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <inheritdoc/>
    public IReadOnlyList<string> Formats { get; } = ["pytorch-state-dict", "pytorch-legacy", "torchscript", "safetensors"];

    /// <inheritdoc/>
    public IEngineSession Load(EngineRequest request)
    {
        var architecture = request.RequireArchitecture();
        // Plain values beside the tensors are skipped: the scan has judged them, and nothing is executed either way.
        var weights = WeightsFile.Open(request.WeightsPath, new WeightsReadOptions { TensorsOnly = true });
        try
        {
            return new Session(weights, CompiledModel.Load(weights, architecture, new InferenceOptions { Threads = request.Threads, MemoryLimit = request.MemoryLimit }));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private sealed class Session(WeightsFile weights, CompiledModel model) : IEngineSession
    {
        public IReadOnlyList<EngineInput> Inputs { get; } = [.. model.Inputs.Select(input => new EngineInput(
            input.Name, input.DType == "int64" ? DType.Int64 : DType.Float32, input.Shape, input.Example, input.IndexLimit))];

        public IReadOnlyList<string> Notes => model.Notes;

        public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs) =>
            [.. model.Run([.. inputs.Select(TensorValues.Of)]).Select((output, i) => Tensor.FromFloat32(model.Outputs[i].Name, [.. output.Shape], output.Values.Span))];

        public void Dispose()
        {
            model.Dispose();
            weights.Dispose();
        }
    }
}
