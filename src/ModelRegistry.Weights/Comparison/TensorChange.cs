namespace ModelRegistry.Weights;

/// <summary>A tensor that both files have, and that is not the same in both.</summary>
/// <param name="Name">Its name within the state dict, escaped for display.</param>
/// <param name="A">As in the first file.</param>
/// <param name="B">As in the second file.</param>
/// <param name="Difference">Null where values cannot be compared: another shape, quantized or packed elements, no data.</param>
public sealed record TensorChange(string Name, Tensor A, Tensor B, TensorDifference? Difference);
