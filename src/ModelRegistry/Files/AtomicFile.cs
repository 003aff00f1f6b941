using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.Files;

/// <summary>Writes a file so that a reader, or a power cut, sees the old state or the new one and nothing between.</summary>
internal static class AtomicFile
{
    /// <summary>Makes a file that does not exist. False where it does.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var temporary = WriteBeside(path, content);
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }

        Durable.FlushDirectory(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Makes a file or replaces it.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        File.Move(WriteBeside(path, content), path, overwrite: true);
        Durable.FlushDirectory(Path.GetDirectoryName(path)!);
    }

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

    private static string WriteBeside(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(path)!;
        Durable.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}{TemporarySuffix}");
        try
        {
            using var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write);
            SharedRepository.Grant(temporary);
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    /// <summary>What the name of every temporary file of a registry ends with.</summary>
    public const string TemporarySuffix = ".mr-tmp";
}
