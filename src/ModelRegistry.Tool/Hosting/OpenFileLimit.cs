using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelRegistry.Tool.Hosting;

/// <summary>
/// How many files the process may open. Looked at before anything else is loaded: where the limit is reached in the middle of a write the
/// runtime itself aborts, because it holds every assembly open.
/// </summary>
internal static partial class OpenFileLimit
{
    // The numbering of the framework's shim (src/native/libs/System.Native/pal_process.h, RLimitResources).
    private const int OpenFiles = 9;

    /// <summary>What a registration, the largest of the usual commands, takes: the runtime with its assemblies, or the one program that was compiled ahead.</summary>
    public static ulong Least => RuntimeFeature.IsDynamicCodeSupported ? 160ul : 40ul;

    /// <summary>The limit where it is too low; null where it is not, or the platform does not say.</summary>
    public static ulong? TooLow() =>
        !OperatingSystem.IsWindows() && GetLimit(OpenFiles, out var limit) == 0 && limit.Current < Least ? limit.Current : null;

    /// <summary>Says so in one line.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ExitCode Refuse(ulong limit)
    {
        StandardError.Write("error", ToolCodes.TooFewFiles.Code, $"only {limit} files may be open at once, and the command needs {Least}; raise the limit ('ulimit -n 1024') and run it again");
        return (ExitCode)ToolCodes.TooFewFiles.Kind;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current, Maximum;
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetRLimit")]
    private static partial int GetLimit(int resource, out Limit limit);
}
