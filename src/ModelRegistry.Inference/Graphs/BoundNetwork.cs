using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Graphs;

/// <summary>An architecture and a state dict that fit each other: what every engine runs.</summary>
/// <param name="Graph">The nodes in order; <see cref="GraphNode.TensorKey"/> names their tensors.</param>
/// <param name="Weights">The tensors under the names that the graph asks for.</param>
/// <param name="Shapes">Of each value for the declared inputs, with -1 where only an input decides.</param>
internal sealed record BoundNetwork(Graph Graph, IWeightSource Weights, long[][] Shapes);
