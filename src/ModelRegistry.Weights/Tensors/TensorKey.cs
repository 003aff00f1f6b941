namespace ModelRegistry.Weights;

/// <summary>What a step of a <see cref="Tensor.KeyPath"/> is.</summary>
public enum TensorKeyKind
{
    /// <summary>A string key of a dictionary, a safetensors or ONNX name.</summary>
    Name,

    /// <summary>An integer key of a dictionary.</summary>
    Integer,

    /// <summary>A position in a list, tuple or set.</summary>
    Index,

    /// <summary>An attribute of an object or TorchScript module, or a part of a composite tensor.</summary>
    Attribute,

    /// <summary>A dictionary key of any other type, by its text.</summary>
    Other,
}

/// <summary>One step from the root of a file to a tensor.</summary>
/// <param name="Kind">What the step is: the name <c>"1"</c> and the integer 1 are different keys.</param>
/// <param name="Text">The key as stored, not escaped; integers in invariant decimal.</param>
public readonly record struct TensorKey(TensorKeyKind Kind, string Text);
