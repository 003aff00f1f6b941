namespace ModelRegistry.Weights;

/// <summary>How the integers of a quantized tensor stand for real numbers: <c>(q - ZeroPoint) · Scale</c>.</summary>
public sealed record Quantization
{
    /// <summary>The scheme in PyTorch's words: <c>per_tensor_affine</c>, <c>per_channel_affine</c>, …</summary>
    public required string Scheme { get; init; }

    /// <summary>Scale of a per-tensor scheme, else NaN.</summary>
    public double Scale { get; init; } = double.NaN;

    /// <summary>Zero point of a per-tensor scheme.</summary>
    public long ZeroPoint { get; init; }

    /// <summary>Scales of a per-channel scheme, one per index along <see cref="Axis"/>.</summary>
    public Tensor? Scales { get; init; }

    /// <summary>Zero points of a per-channel scheme.</summary>
    public Tensor? ZeroPoints { get; init; }

    /// <summary>The dimension the channels lie along; null for per-tensor schemes.</summary>
    public int? Axis { get; init; }
}
