using ModelRegistry.Diagnostics;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Diagnostics that only the command has.</summary>
internal static class ToolCodes
{
    /// <summary>A defect; its exit code is <see cref="ExitCode.InternalError"/>.</summary>
    public static readonly Diagnostic Unexpected = new("MR0199", ErrorKind.CheckFailed, "Unexpected failure");
}
