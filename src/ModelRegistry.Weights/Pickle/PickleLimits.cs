namespace ModelRegistry.Weights.Pickle;

/// <summary>Bounds on pickles. What a pickle may cost grows with its own length and never with what it declares.</summary>
internal static class PickleLimits
{
    /// <summary>Bytes of one pickle, without the tensors it names.</summary>
    internal const int Bytes = 256 << 20;

    /// <summary>Values a pickle may build: a tensor takes about ten, so this is some 400,000 tensors.</summary>
    internal const int Nodes = 4_000_000;

    /// <summary>Values on the stack at once. Python's pickler puts at most a thousand items between two marks.</summary>
    internal const int Stack = 4_000_000;

    /// <summary>Bytes of a long integer.</summary>
    internal const int LongInteger = 1024;

    /// <summary>Bytes of a text line.</summary>
    internal const int Line = 4096;

    /// <summary>Containers within containers.</summary>
    internal const int Nesting = 200;

    /// <summary>Findings of one kind that are kept; the rest is counted.</summary>
    internal const int Findings = 1000;
}
