namespace ModelRegistry.Inference;

/// <summary>One class a network considers likely.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Label">Its label, or its number as text where no labels were given.</param>
/// <param name="Probability">Its share of the softmax over all classes, 0 to 1.</param>
public sealed record Classification(int Index, string Label, float Probability);
