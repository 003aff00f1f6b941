using System.Runtime.InteropServices;

namespace ModelRegistry.Files;

/// <summary>Makes a directory entry survive a power cut. The framework has no call for it.</summary>
internal static partial class Durable
{
    /// <summary>Flushes a directory, where the platform has that; elsewhere the file system's journal orders renames.</summary>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(path, 0);
        if (descriptor < 0) return;
        // Some network file systems refuse to flush a directory; the files themselves have been flushed.
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
