using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Shared;

namespace ModelRegistry.Files;

/// <summary>Writes a file so that a reader, or a power cut, sees the old state or the new one and nothing between.</summary>
internal static class AtomicFile
{
    /// <summary>Makes a file that does not exist. False where it does.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: false);

    /// <summary>Makes a file or replaces it.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: true);

    /// <summary>Runs a write; what the file system refuses becomes a coded error.</summary>
    public static T Guard<T>(Diagnostic refused, string where, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (IOException failure) when (IsDiskFull(failure))
        {
            throw Codes.DiskFull.Error($"no space left for {where}", "free some space and try again; nothing was registered", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw refused.Error($"cannot write {where}: {failure.Message}", "check the permissions of the folder and that the disk is not read-only", failure);
        }
    }

    internal static bool IsDiskFull(IOException failure)
    {
        const int enospc = 28, edquotLinux = 122, edquotMac = 69;
        const int diskFull = unchecked((int)0x80070070), handleDiskFull = unchecked((int)0x80070027);
        return OperatingSystem.IsWindows() ? failure.HResult is diskFull or handleDiskFull : failure.HResult is enospc or edquotLinux or edquotMac;
    }

    private static bool Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        var folder = Path.GetDirectoryName(path)!;
        Durable.CreateDirectory(folder);
        using var file = new UnfinishedFile(path);
        SharedRepository.Grant(file.Location);
        RandomAccess.Write(file.Handle, content, 0);
        RandomAccess.FlushToDisk(file.Handle);
        file.Handle.Dispose();
        if (!file.TryMove(overwrite)) return false;
        Durable.FlushDirectory(folder);
        return true;
    }

    /// <summary>What the name of every temporary file of a registry ends with.</summary>
    public const string TemporarySuffix = UnfinishedFile.Suffix;
}
