using System.Runtime.InteropServices;

namespace ModelRegistry.Files;

/// <summary>
/// What tells one state of a file from every other without reading it: device, inode, time of the last change of content or attributes,
/// and length. Unlike the time of modification none of these can be set by a copy, a restore or <c>touch</c>.
/// </summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it.</param>
/// <param name="Changed">When its content or attributes changed last, in the file system's own unit.</param>
/// <param name="Length">Its length.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, long Changed, ulong Length)
{
    private const int AtFdCwd = -100, SymlinkNoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>The identity of a file as it is now; null where the platform does not tell.</summary>
    public static FileIdentity? Of(string path)
    {
        // statx has one layout on every Linux; stat has one for each processor.
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> buffer = stackalloc byte[256];
        try
        {
            if (Statx(AtFdCwd, path, SymlinkNoFollow, BasicStats, ref MemoryMarshal.GetReference(buffer)) != 0) return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        // linux/stat.h: stx_ino at 32, stx_size at 40, stx_ctime at 96 (seconds, nanoseconds), stx_dev_major and _minor at 136.
        var inode = MemoryMarshal.Read<ulong>(buffer[32..]);
        var length = MemoryMarshal.Read<ulong>(buffer[40..]);
        var changed = (MemoryMarshal.Read<long>(buffer[96..]) * 1_000_000_000) + MemoryMarshal.Read<uint>(buffer[104..]);
        var device = ((ulong)MemoryMarshal.Read<uint>(buffer[136..]) << 32) | MemoryMarshal.Read<uint>(buffer[140..]);
        return new FileIdentity(device, inode, changed, length);
    }

    /// <summary>When a file was written, named, linked or touched last; only when it was written or touched where the platform does not tell more.</summary>
    public static DateTimeOffset LastChange(FileInfo file)
    {
        var written = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
        return Of(file.FullName) is { } identity && DateTimeOffset.UnixEpoch.AddTicks(identity.Changed / 100) is var changed && changed > written ? changed : written;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte buffer);
}
