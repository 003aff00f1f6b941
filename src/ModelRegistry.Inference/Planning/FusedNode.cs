using ModelRegistry.Inference.Kernels;

namespace ModelRegistry.Inference.Planning;

/// <summary>An operation and what was merged into it.</summary>
/// <param name="Node">Index of the operation.</param>
/// <param name="BatchNorm">Index of the batch norm folded into its weights.</param>
/// <param name="Residual">Value added to its result.</param>
/// <param name="Activation">Applied last.</param>
/// <param name="Last">Index of the last node merged: where it stands in the order, and whose value it yields.</param>
internal sealed record FusedNode(int Node, int? BatchNorm, int? Residual, Activation Activation, int Last);
