using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification;

/// <summary>Something that loads weights and runs networks.</summary>
public interface IVerificationEngine
{
    /// <summary>Its name in reports and on command lines, such as <c>managed</c>: lower-case letters and digits.</summary>
    string Name { get; }

    /// <summary>Its version, with that of the runtime below it where there is one: <c>0.107.0 (libtorch 2.10.0)</c>.</summary>
    string Version { get; }

    /// <summary>The formats that it loads, as manifests name them: <c>safetensors</c>, <c>onnx</c>, …</summary>
    IReadOnlyList<string> Formats { get; }

    /// <summary>Loads weights, strictly: every key and shape is accounted for.</summary>
    /// <exception cref="InferenceException">The architecture, or the weights for it, are refused (MR06xx); MR0602 where the format needs an architecture and none is given.</exception>
    /// <exception cref="WeightsFormatException">The weights file is refused (MR05xx).</exception>
    IEngineSession Load(EngineRequest request);
}

/// <summary>What an engine is to load.</summary>
public sealed record EngineRequest
{
    /// <summary>The weights file.</summary>
    public required string WeightsPath { get; init; }

    /// <summary>The network; null for a format that carries its own, such as ONNX and TorchScript.</summary>
    public Architecture? Architecture { get; init; }

    /// <summary>What the manifest declares as inputs; empty where it declares none.</summary>
    public IReadOnlyList<EngineInput> Inputs { get; init; } = [];

    /// <summary>Threads that share the work; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Most bytes of weights and intermediate results.</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    /// <summary>Whether the network will run many times, so that time spent on loading it is won back. A verification runs it twice.</summary>
    public bool RunsOften { get; init; }

    /// <summary>The architecture, for an engine that cannot do without.</summary>
    /// <exception cref="InferenceException">MR0602: there is none.</exception>
    public Architecture RequireArchitecture() => Architecture
        ?? throw new InferenceException("MR0602", "the manifest names no architecture and holds no architecture.json", hint: "register with --architecture, or with a file of the role architecture");
}

/// <summary>One input of a network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its sizes; -1 for any.</param>
/// <param name="Example">A shape that the network accepts; null where nothing gives one.</param>
/// <param name="Limit">Values lie from 0 to below this: the rows of the table that they index. Null for values of any size.</param>
public sealed record EngineInput(string Name, DType DType, IReadOnlyList<long> Shape, IReadOnlyList<long>? Example = null, long? Limit = null);

/// <summary>A loaded network. Runs one input at a time.</summary>
public interface IEngineSession : IDisposable
{
    /// <summary>What it takes; empty where the format does not say.</summary>
    IReadOnlyList<EngineInput> Inputs { get; }

    /// <summary>What was seen through to make the weights fit, such as a wrapper's prefix; one line each.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Runs it.</summary>
    /// <param name="inputs">One tensor for each input, in their order.</param>
    /// <returns>The outputs in their order; valid until the next run.</returns>
    /// <exception cref="InferenceException">The input does not fit, or needs more memory than allowed.</exception>
    IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs);
}
