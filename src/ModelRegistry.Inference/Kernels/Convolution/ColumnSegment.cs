namespace ModelRegistry.Inference.Kernels.Convolution;

/// <summary>Neighbouring output columns whose inputs are neighbours too: a stretch of one output row.</summary>
/// <param name="Column">First column within the panel.</param>
/// <param name="Source">Where its input starts, before a weight's offset is added.</param>
/// <param name="Length">Columns.</param>
internal readonly record struct ColumnSegment(int Column, int Source, int Length);
