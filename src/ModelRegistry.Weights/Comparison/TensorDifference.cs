namespace ModelRegistry.Weights;

/// <summary>How far the values of a tensor have moved from <c>a</c> to <c>b</c>.</summary>
/// <param name="RelativeL2">
/// <c>‖b − a‖₂ / ‖a‖₂</c>, complex numbers as pairs. Positive infinity when <c>a</c> is all zeros and <c>b</c> is not,
/// or when a value that was finite no longer is (or the other way round).
/// </param>
/// <param name="MaxAbsolute">Largest <c>|bᵢ − aᵢ|</c>; positive infinity as above. Two NaN, or two equal infinities, do not differ, nor do zeros of either sign.</param>
/// <param name="ChangedCount">Elements (parts of complex ones apart) that differ.</param>
public readonly record struct TensorDifference(double RelativeL2, double MaxAbsolute, long ChangedCount);
