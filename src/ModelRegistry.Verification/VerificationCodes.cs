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

    /// <summary>The runtime below an engine refuses the model.</summary>
    public static readonly Diagnostic EngineRefused = new("MR0645", ErrorKind.CheckFailed, "Engine refuses the model");

    /// <summary>An engine's program is not what it should be, or ended in the middle of its work.</summary>
    public static readonly Diagnostic EngineBroken = new("MR0646", ErrorKind.CheckFailed, "Engine does not answer");

    /// <summary>A library of an engine does not stand beside it.</summary>
    public static readonly Diagnostic EngineIncomplete = new("MR0647", ErrorKind.Store, "Engine is incomplete");

    /// <summary>An engine needs a newer system library.</summary>
    public static readonly Diagnostic SystemTooOld = new("MR0648", ErrorKind.Store, "System library is too old for the engine");

    /// <summary>An engine is not made for this platform.</summary>
    public static readonly Diagnostic EngineNotForPlatform = new("MR0650", ErrorKind.InvalidInput, "Engine is not made for this platform");

    /// <summary>A package of an engine is neither cached nor to be fetched.</summary>
    public static readonly Diagnostic EnginePackagesMissing = new("MR0651", ErrorKind.Store, "Package of an engine cannot be fetched");

    /// <summary>The packages of an engine are not those that its release names.</summary>
    public static readonly Diagnostic EngineTampered = new("MR0652", ErrorKind.CheckFailed, "Package of an engine is not the one of its lock file");

    /// <summary>An engine could not be installed.</summary>
    public static readonly Diagnostic EngineNotInstalled = new("MR0653", ErrorKind.Store, "Engine cannot be installed");

    /// <summary>The engine that a model needs is not installed.</summary>
    public static readonly Diagnostic EngineMissing = new("MR0654", ErrorKind.InvalidInput, "Engine is not installed");

    /// <summary>A folder that was named as an engine's holds none.</summary>
    public static readonly Diagnostic NoEngineThere = new("MR0655", ErrorKind.InvalidInput, "Folder holds no engine");
}
