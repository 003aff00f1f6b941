using System.Runtime.InteropServices;

namespace ModelRegistry.Shared;

/// <summary>
/// What a Unix says of a file. The framework has no call for whose a file is and for what kind it is of; this is its own shim over stat(2), with
/// one layout for all platforms (src/native/libs/System.Native/pal_io.h, FileStatus).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal partial struct FileStatus
{
    public int Flags;
    public int Mode;
    public uint User;
    public uint Group;
    public long Size;
    public long AccessTime, AccessTimeNanoseconds, WriteTime, WriteTimeNanoseconds, ChangeTime, ChangeTimeNanoseconds, BirthTime, BirthTimeNanoseconds;
    public long Device, SpecialDevice, Inode;
    public uint UserFlags;

    /// <summary>Asks. Null where there is no such file, or no Unix.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followLink">Whether a link's target is asked about.</param>
    public static FileStatus? Of(string path, bool followLink) =>
        OperatingSystem.IsWindows() || path.Contains('\0', StringComparison.Ordinal) || (followLink ? Stat(path, out var status) : LStat(path, out status)) != 0 ? null : status;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, out FileStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LStat(string path, out FileStatus status);
}
