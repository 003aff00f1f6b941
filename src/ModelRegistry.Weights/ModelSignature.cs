using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>What a model takes and gives, as its file declares it.</summary>
/// <param name="Inputs">In call order, without <c>self</c>.</param>
/// <param name="Outputs">In return order.</param>
public sealed record ModelSignature(ImmutableArray<SignatureValue> Inputs, ImmutableArray<SignatureValue> Outputs);

/// <summary>One input or output.</summary>
/// <param name="Name">As declared; outputs without a name are <c>output0</c>, <c>output1</c>, …</param>
/// <param name="Type">The declared type in the words of the file's format, e.g. <c>Tensor</c>, <c>List[Tensor]</c>, <c>tensor(float)</c>.</param>
/// <param name="DType">Element type where declared.</param>
/// <param name="Shape">Dimensions where declared, -1 for any; default (not empty) when unknown.</param>
public sealed record SignatureValue(string Name, string Type, DType? DType, ImmutableArray<long> Shape)
{
    /// <summary>Whether an input may be left out, because the file declares a value for it.</summary>
    public bool HasDefault { get; init; }
}
