using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>An input or output of an ONNX graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in ONNX's words, e.g. <c>tensor(float)</c> or <c>seq(tensor(float))</c>; empty when not stated.</param>
/// <param name="DType">Element type of a tensor; null for other types.</param>
/// <param name="Dimensions">Dimensions of a tensor; default (not empty) when not stated.</param>
public sealed record OnnxValue(string Name, string Type, DType? DType, ImmutableArray<OnnxDimension> Dimensions);

/// <summary>A dimension of an ONNX input or output.</summary>
/// <param name="Extent">Its size, -1 when symbolic or unknown.</param>
/// <param name="Name">The name of a symbolic dimension, e.g. <c>batch</c>; null otherwise.</param>
public readonly record struct OnnxDimension(long Extent, string? Name)
{
    /// <summary>The extent, the symbol, or <c>?</c>.</summary>
    public override string ToString() => Name ?? (Extent < 0 ? "?" : Extent.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
