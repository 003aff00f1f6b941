using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>The product's own engine: managed code, nothing installed beyond .NET.</summary>
public sealed class ManagedEngine : IVerificationEngine
{
    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public IEngineSession Load(EngineRequest request)
    {
        var weights = WeightsFile.Open(request.WeightsPath);
        try
        {
            return new Session(weights, CompiledModel.Load(weights, request.Architecture, new InferenceOptions { Threads = request.Threads, MemoryLimit = request.MemoryLimit }));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private sealed class Session(WeightsFile weights, CompiledModel model) : IEngineSession
    {
        public IReadOnlyList<TensorDeclaration> Inputs => model.Inputs;

        public IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs) => model.Run(inputs);

        public void Dispose()
        {
            model.Dispose();
            weights.Dispose();
        }
    }
}
