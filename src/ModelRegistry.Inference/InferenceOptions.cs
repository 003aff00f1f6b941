namespace ModelRegistry.Inference;

/// <summary>How a network is run.</summary>
public sealed record InferenceOptions
{
    /// <summary>Threads that share the work, the caller's among them; 0 (the default) takes one per processor. The result is the same for any number.</summary>
    public int Threads { get; init; }

    /// <summary>Most bytes that weights and intermediate results may take together. Default 4 GiB. More is refused before it is allocated (MR0615).</summary>
    public long MemoryLimit { get; init; } = 4L << 30;

    internal int ResolvedThreads => Threads == 0 ? Environment.ProcessorCount : Threads;

    internal InferenceOptions Validated()
    {
        if (Threads is < 0 or > 1024)
            throw new InferenceException(InferenceCodes.OptionInvalid, $"{Threads} threads cannot be had", hint: "give 0 for one per processor, or up to 1024");
        if (MemoryLimit < 1)
            throw new InferenceException(InferenceCodes.OptionInvalid, $"a memory limit of {MemoryLimit} bytes leaves nothing", hint: "leave it out for 4 GiB");
        return this;
    }
}
