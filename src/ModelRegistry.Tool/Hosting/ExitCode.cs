namespace ModelRegistry.Tool.Hosting;

/// <summary>What the command tells the shell. 1 to 7 are the values of <c>ErrorKind</c>.</summary>
internal enum ExitCode
{
    Done = 0,
    CheckFailed = 1,
    Usage = 2,
    NotFound = 3,
    Conflict = 4,
    Integrity = 5,
    Store = 6,
    Git = 7,

    /// <summary>A defect of the command itself (EX_SOFTWARE of sysexits).</summary>
    InternalError = 70,

    /// <summary>Interrupted by the user, as shells number it: 128 + SIGINT.</summary>
    Cancelled = 130,
}
