using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>
/// What an ONNX file says about itself, from the header of its <c>ModelProto</c> and <c>GraphProto</c>
/// (<see href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto"/>). The initialisers are the file's tensors.
/// </summary>
public sealed record OnnxModel
{
    /// <summary>Version of the ONNX format, e.g. 7.</summary>
    public required long IrVersion { get; init; }

    /// <summary>The program that wrote the file, e.g. <c>pytorch</c>; empty when not stated.</summary>
    public string ProducerName { get; init; } = "";

    /// <summary>Version of that program; empty when not stated.</summary>
    public string ProducerVersion { get; init; } = "";

    /// <summary>Name of the graph.</summary>
    public string GraphName { get; init; } = "";

    /// <summary>Operator sets the graph needs: domain (empty for ONNX's own) to version.</summary>
    public required ImmutableSortedDictionary<string, long> Opsets { get; init; }

    /// <summary>What must be fed to the graph; inputs that an initialiser gives a value are left out.</summary>
    public required ImmutableArray<OnnxValue> Inputs { get; init; }

    /// <summary>What the graph yields.</summary>
    public required ImmutableArray<OnnxValue> Outputs { get; init; }

    /// <summary>How often each operator stands in the main graph, e.g. <c>Conv</c> to 20; other domains as <c>domain.Op</c>.</summary>
    public required ImmutableSortedDictionary<string, int> Operators { get; init; }

    /// <summary>Properties that the producer attached.</summary>
    public required ImmutableSortedDictionary<string, string> Metadata { get; init; }

    /// <summary>Sparse initialisers, which are counted and not read.</summary>
    public int SparseInitializers { get; init; }
}
