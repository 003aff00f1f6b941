using System.Runtime.InteropServices;

namespace ModelRegistry.Files;

/// <summary>
/// Reads a small file with three system calls in place of the framework's six; the figures stand in <c>docs/performance.md</c>.
/// A pipe without a writer is empty here and is never waited for, and a link is not followed.
/// </summary>
internal static partial class SmallFile
{
    // The same on every processor that .NET runs on under Linux.
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000;

    // fcntl.h of the kernel: this one is not.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Armv6 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>Reads a file that is shorter than the buffer; null where it is not, or where reading fails for whatever reason.</summary>
    public static int? TryRead(string path, Span<byte> buffer)
    {
        if (!OperatingSystem.IsLinux() || path.Contains('\0', StringComparison.Ordinal)) return null;
        var descriptor = Open(path, NonBlocking | CloseOnExec | NoFollow);
        if (descriptor < 0) return null;
        var count = Read(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
        _ = Close(descriptor);
        // A read that does not fill the buffer has met the end of a regular file.
        return count >= 0 && count < buffer.Length ? (int)count : null;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
