using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Kernels;

namespace ModelRegistry.Inference.Planning;

/// <summary>Which kernel function an operation of the vocabulary is.</summary>
internal static class Activations
{
    internal static Activation? Of(GraphNode node) => node.Operation.Name switch
    {
        "relu" => Activation.Relu,
        "relu6" => Activation.Relu6,
        "hardswish" => Activation.HardSwish,
        "hardsigmoid" => Activation.HardSigmoid,
        "silu" => Activation.Silu,
        "gelu" => node.Attributes.Choice("approximate") == "tanh" ? Activation.GeluTanh : Activation.Gelu,
        "sigmoid" => Activation.Sigmoid,
        "tanh" => Activation.Tanh,
        _ => null,
    };
}
