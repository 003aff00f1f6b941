namespace ModelRegistry.Inference.Weights;

/// <summary>What a network needs of a state dict: names, shapes, and values as float32 when asked for.</summary>
internal interface IWeightSource
{
    /// <summary>Every key of the state dict, in its order.</summary>
    IReadOnlyCollection<string> Keys { get; }

    /// <summary>The shape of a tensor, or null where there is no such key.</summary>
    IReadOnlyList<long>? Shape(string key);

    /// <summary>All values in row-major order as float32; valid until the source is disposed.</summary>
    /// <exception cref="ModelRegistry.Weights.WeightsFormatException">The element type does not convert to float32.</exception>
    ReadOnlySpan<float> Values(string key);
}
