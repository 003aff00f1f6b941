using System.Runtime.InteropServices;

namespace ModelRegistry.Files;

/// <summary>Whose a file is. The framework has no call for it.</summary>
internal static partial class FileOwner
{
    /// <summary>Whether the file, or the link itself, belongs to this user. Null where the platform does not say, or there is no such file.</summary>
    public static bool? IsThisUser(string path) =>
        OperatingSystem.IsWindows() || Stat(path, out var status) != 0 ? null : status.User == GetEffectiveUser();

    // The framework's own shim over lstat(2): one layout for all platforms (src/native/libs/System.Native/pal_io.h, FileStatus).
    [StructLayout(LayoutKind.Sequential)]
    private struct FileStatus
    {
        public int Flags;
        public int Mode;
        public uint User;
        public uint Group;
        public long Size;
        public long AccessTime, AccessTimeNanoseconds, WriteTime, WriteTimeNanoseconds, ChangeTime, ChangeTimeNanoseconds, BirthTime, BirthTimeNanoseconds;
        public long Device, SpecialDevice, Inode;
        public uint UserFlags;
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, out FileStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    private static partial uint GetEffectiveUser();
}
