using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelRegistry.Verification.Hosting;

#pragma warning disable RS0030 // The streams of the child process are its protocol.

/// <summary>Keeps standard output for the protocol: whatever a native library prints there goes to standard error.</summary>
internal static partial class ProtocolOutput
{
    private const int StandardOutput = 1, StandardError = 2;

    public static Stream Take()
    {
        Console.SetOut(Console.Error);
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var own = dup(StandardOutput);
        if (own < 0 || dup2(StandardError, StandardOutput) < 0) return Console.OpenStandardOutput();
        return new FileStream(new SafeFileHandle(own, ownsHandle: true), FileAccess.Write, bufferSize: 1);
    }

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int dup2(int descriptor, int place);
}
