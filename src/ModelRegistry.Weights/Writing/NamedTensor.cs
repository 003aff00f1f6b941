namespace ModelRegistry.Weights;

/// <summary>A tensor and the name it is to be written under.</summary>
/// <param name="Name">As it will stand in the file, not escaped.</param>
/// <param name="Tensor">Where its data comes from; its file stays open until the writing is done.</param>
public readonly record struct NamedTensor(string Name, Tensor Tensor);
