namespace ModelRegistry;

/// <summary>How a file gets from the store to where it is used.</summary>
public enum MaterialiseMode
{
    /// <summary>Reflink, hard link or copy: the first that the file system gives.</summary>
    Auto,

    /// <summary>A file of its own that shares the blocks until one of the two is written.</summary>
    Reflink,

    /// <summary>A second name of the store's read-only file.</summary>
    HardLink,

    /// <summary>A file of its own that may be written; blocks are shared where the file system can.</summary>
    Copy,
}
