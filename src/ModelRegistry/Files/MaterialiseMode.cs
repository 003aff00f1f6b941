namespace ModelRegistry;

/// <summary>How a file gets from the store to where it is used.</summary>
public enum MaterialiseMode
{
    /// <summary>Reflink where the file system has it, else copy: a file of its own in either case.</summary>
    Auto,

    /// <summary>A file of its own that shares the blocks until one of the two is written.</summary>
    Reflink,

    /// <summary>A second name of the store's read-only file. Who can write to it in spite of that, as root can, writes into the store.</summary>
    HardLink,

    /// <summary>As <see cref="Auto"/>.</summary>
    Copy,
}

/// <summary>How files are put into a folder of the user's.</summary>
public sealed record MaterialiseOptions
{
    /// <summary>How they get there. Default: reflink or copy.</summary>
    public MaterialiseMode Mode { get; init; }

    /// <summary>Overwrite files that others put there or changed. Default: false.</summary>
    public bool Force { get; init; }
}
