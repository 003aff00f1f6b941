using ModelRegistry.Diagnostics;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Diagnostics that only the command has.</summary>
internal static class ToolCodes
{
    /// <summary>A defect; its exit code is <see cref="ExitCode.InternalError"/>.</summary>
    public static readonly Diagnostic Unexpected = new("MR0199", ErrorKind.CheckFailed, "Unexpected failure");

    /// <summary>The limit of open files is too low to finish what was begun.</summary>
    public static readonly Diagnostic TooFewFiles = new("MR0234", ErrorKind.Store, "Too few files may be open");

    /// <summary>The program that <c>serve</c> starts is not there, or cannot be started.</summary>
    public static readonly Diagnostic DashboardNotStarted = new("MR0904", ErrorKind.Store, "Dashboard cannot be started");
}
