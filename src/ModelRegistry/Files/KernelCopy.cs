using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelRegistry.Files;

/// <summary>Copies within the system: no byte passes through this process, and a file system that can shares the blocks.</summary>
internal static partial class KernelCopy
{
    /// <summary>Copies a part of a file to the same place of another.</summary>
    /// <returns>How many bytes were copied, 0 at the end of the source; -1 where the system cannot: the caller copies itself and learns why.</returns>
    public static int Part(SafeFileHandle source, SafeFileHandle destination, long offset, int length)
    {
        if (!OperatingSystem.IsLinux()) return -1;
        try
        {
            long from = offset, to = offset;
            return (int)CopyFileRange(source, ref from, destination, ref to, length, 0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call.
            return -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "copy_file_range")]
    private static partial nint CopyFileRange(SafeFileHandle source, ref long from, SafeFileHandle destination, ref long to, nint length, uint flags);
}
