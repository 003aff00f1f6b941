namespace ModelRegistry.Inference;

/// <summary>How a state dict differs from what the architecture asks for.</summary>
/// <param name="Missing">Keys the architecture asks for and the file lacks.</param>
/// <param name="Unexpected">Keys of the file that no node asks for.</param>
/// <param name="Misshapen">One sentence for each tensor of another shape: key, its shape, the expected one with <c>?</c> for any.</param>
public sealed record StateDictDifference(
    IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Misshapen)
{
    /// <summary>Whether every key and shape is accounted for.</summary>
    public bool IsEmpty => Missing.Count + Unexpected.Count + Misshapen.Count == 0;
}
