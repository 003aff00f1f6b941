using ModelRegistry.Inference;

namespace ModelRegistry.Verification;

/// <summary>Something that loads weights and runs networks.</summary>
public interface IVerificationEngine
{
    /// <summary>Its name in reports, such as <c>managed</c>.</summary>
    string Name { get; }

    /// <summary>Loads weights into an architecture, strictly: every key and shape is accounted for.</summary>
    /// <exception cref="InferenceException">The architecture, or the weights for it, are refused (MR06xx).</exception>
    /// <exception cref="Weights.WeightsFormatException">The weights file is refused (MR05xx).</exception>
    IEngineSession Load(EngineRequest request);
}

/// <summary>What an engine is to load.</summary>
/// <param name="WeightsPath">The weights file.</param>
/// <param name="Architecture">The network.</param>
/// <param name="Threads">Threads that share the work; 0 for one per processor.</param>
/// <param name="MemoryLimit">Most bytes of weights and intermediate results.</param>
public sealed record EngineRequest(string WeightsPath, Architecture Architecture, int Threads, long MemoryLimit);

/// <summary>A loaded network.</summary>
public interface IEngineSession : IDisposable
{
    /// <summary>What it takes.</summary>
    IReadOnlyList<TensorDeclaration> Inputs { get; }

    /// <summary>Runs it.</summary>
    /// <exception cref="InferenceException">The input does not fit, or needs more memory than allowed.</exception>
    IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs);
}
