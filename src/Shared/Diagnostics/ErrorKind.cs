namespace ModelRegistry.Diagnostics;

/// <summary>What sort of failure a <see cref="Diagnostic"/> is. The values are the exit codes of the <c>modelreg</c> command.</summary>
#if DIAGNOSTICS_ARE_PUBLIC
public
#else
internal
#endif
enum ErrorKind
{
    /// <summary>A check failed: verification, doctor, scan or gate.</summary>
    CheckFailed = 1,

    /// <summary>The request itself is wrong: usage or invalid input.</summary>
    InvalidInput = 2,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 3,

    /// <summary>The request contradicts what is registered, or a lock is held or out of date.</summary>
    Conflict = 4,

    /// <summary>Bytes and metadata disagree.</summary>
    Integrity = 5,

    /// <summary>The store, the disk or the network failed.</summary>
    Store = 6,

    /// <summary>Git failed or refused.</summary>
    Git = 7,
}
