using ModelRegistry.Diagnostics;

namespace ModelRegistry.Verification;

/// <summary>The diagnostics of verification.</summary>
public static class VerificationCodes
{
    /// <summary>A file of the verification cannot be read.</summary>
    public static readonly Diagnostic FileUnreadable = new("MR0640", ErrorKind.InvalidInput, "File of a verification cannot be read");

    /// <summary>No engine has the name.</summary>
    public static readonly Diagnostic UnknownEngine = new("MR0641", ErrorKind.InvalidInput, "Unknown verification engine");

    /// <summary>The model failed its verification.</summary>
    public static readonly Diagnostic Failed = new("MR0642", ErrorKind.CheckFailed, "Verification failed");

    /// <summary>The process that verifies could not be started.</summary>
    public static readonly Diagnostic ChildNotStarted = new("MR0643", ErrorKind.Store, "Verification process cannot be started");

    /// <summary>An engine's program is not what it should be, or ended in the middle of its work.</summary>
    public static readonly Diagnostic EngineBroken = new("MR0646", ErrorKind.CheckFailed, "Engine does not answer");
}
