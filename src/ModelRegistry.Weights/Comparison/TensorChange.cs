namespace ModelRegistry.Weights;

/// <summary>A tensor that both files have, and that is not the same in both.</summary>
/// <param name="Name">Its name within the state dict, escaped for display.</param>
/// <param name="A">As in the first file.</param>
/// <param name="B">As in the second file.</param>
/// <param name="Difference">Null where values cannot be compared: another shape, quantized or packed elements, no data.</param>
public sealed record TensorChange(string Name, Tensor A, Tensor B, TensorDifference? Difference);

/// <summary>How far the values of a tensor have moved from <c>a</c> to <c>b</c>.</summary>
/// <param name="RelativeL2">
/// <c>‖b − a‖₂ / ‖a‖₂</c>, complex numbers as pairs. Positive infinity when <c>a</c> is all zeros and <c>b</c> is not,
/// or when a value that was finite no longer is (or the other way round).
/// </param>
/// <param name="MaxAbsolute">Largest <c>|bᵢ − aᵢ|</c>; positive infinity as above. Two NaN, or two equal infinities, do not differ, nor do zeros of either sign.</param>
/// <param name="ChangedCount">Elements (parts of complex ones apart) that differ.</param>
public readonly record struct TensorDifference(double RelativeL2, double MaxAbsolute, long ChangedCount);
