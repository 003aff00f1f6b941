using System.Runtime.InteropServices;

namespace ModelRegistry.Collecting;

/// <summary>Whether somebody has a file open or mapped.</summary>
internal static partial class FileUse
{
    private const int SetLease = 1024, WriteLease = 1, NoLease = 2, TryAgain = 11;

    /// <summary>True where it is known to be in use; a file system that does not tell gives false, and there removing an open file harms nobody.</summary>
    public static bool IsOpen(string path)
    {
        try
        {
            // Readers of .NET share their lock, so this alone tells them; on Windows it tells everybody.
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.None);
            if (!OperatingSystem.IsLinux()) return false;
            // fcntl(2): a write lease is granted only where nobody else has the file open.
            var file = (int)handle.DangerousGetHandle();
            if (Fcntl(file, SetLease, WriteLease) != 0) return Marshal.GetLastPInvokeError() == TryAgain;
            Fcntl(file, SetLease, NoLease);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int file, int command, int argument);
}
