using System.Runtime.InteropServices;
using ModelRegistry.Git;

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

    /// <summary>Flushes a file that is written and closed.</summary>
    public static void FlushFile(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Makes a directory and those above it that are not there, each so that it survives a power cut.</summary>
    public static void CreateDirectory(string path) => SharedRepository.CreateDirectory(path, FlushDirectory);

    /// <summary>Asks the system to begin writing a part of a file to the disk, so that the flush at the end finds little left to do. Linux has that.</summary>
    public static void BeginWriting(SafeHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) _ = SyncFileRange((int)file.DangerousGetHandle(), offset, length, 2);
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(int descriptor, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
