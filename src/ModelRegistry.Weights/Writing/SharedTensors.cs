namespace ModelRegistry.Weights;

/// <summary>What to do with tensors that lie in the same memory, e.g. tied embeddings, where a format keeps every tensor apart.</summary>
public enum SharedTensors
{
    /// <summary>Refuse and name them (MR0572), because a copy would end the tie without a word.</summary>
    Refuse,

    /// <summary>Write a copy for each. The values stay the same, the tie and the saved space are lost.</summary>
    Clone,
}
