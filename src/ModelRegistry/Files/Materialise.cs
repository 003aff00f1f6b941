using System.ComponentModel;
using System.Runtime.InteropServices;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Files;

/// <summary>Puts the content of a blob at another path: by sharing its blocks, by a second name, or by a copy.</summary>
internal static partial class Materialise
{
    private const uint Ficlone = 0x40049409;

    /// <summary>Puts the file there and says how it was done.</summary>
    public static MaterialiseMode Place(string source, string destination, MaterialiseMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        var temporary = destination + "." + Path.GetRandomFileName() + AtomicFile.TemporarySuffix;
        try
        {
            var done = Make(source, temporary, mode);
            if (File.Exists(destination)) MakeWritable(destination);
            File.Move(temporary, destination, overwrite: true);
            return done;
        }
        finally
        {
            if (File.Exists(temporary)) Remove(temporary);
        }
    }

    /// <summary>Deletes a file that may be read-only.</summary>
    public static void Remove(string path)
    {
        MakeWritable(path);
        File.Delete(path);
    }

    /// <summary>Gives a file a second name; false where the file system cannot.</summary>
    public static bool TryHardLink(string source, string destination) =>
        OperatingSystem.IsWindows() ? CreateHardLink(destination, source, 0) : Link(source, destination) == 0;

    private static MaterialiseMode Make(string source, string temporary, MaterialiseMode mode)
    {
        if (mode is MaterialiseMode.Auto or MaterialiseMode.Copy && TryReflink(source, temporary)) return MaterialiseMode.Reflink;
        if (mode == MaterialiseMode.Reflink)
        {
            if (TryReflink(source, temporary)) return MaterialiseMode.Reflink;
            throw Codes.DestinationUnwritable.Error($"the file system of {temporary} cannot share blocks with the store", "use copy or hard link");
        }

        // Windows keeps one read-only flag for all names of a file, and cannot delete a file that has it.
        var wantsLink = mode == MaterialiseMode.HardLink || (mode == MaterialiseMode.Auto && !OperatingSystem.IsWindows());
        if (wantsLink && TryHardLink(source, temporary)) return MaterialiseMode.HardLink;
        if (mode == MaterialiseMode.HardLink)
            throw Codes.DestinationUnwritable.Error($"cannot hard-link {source} to {temporary}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}", "use copy, or a folder on the store's own disk");
        File.Copy(source, temporary);
        MakeWritable(temporary);
        return MaterialiseMode.Copy;
    }

    private static void MakeWritable(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            var attributes = File.GetAttributes(path);
            if ((attributes & FileAttributes.ReadOnly) != 0) File.SetAttributes(path, attributes & ~FileAttributes.ReadOnly);
        }
        else if (path.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal))
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserWrite);
        }
    }

    private static bool TryReflink(string source, string destination)
    {
        if (OperatingSystem.IsMacOS())
        {
            if (Clonefile(source, destination, 0) != 0) return false;
            MakeWritable(destination);
            return true;
        }

        if (!OperatingSystem.IsLinux()) return false;
        using (var from = File.OpenHandle(source))
        using (var to = File.OpenHandle(destination, FileMode.CreateNew, FileAccess.Write))
        {
            if (Ioctl((int)to.DangerousGetHandle(), Ficlone, (int)from.DangerousGetHandle()) == 0) return true;
        }

        File.Delete(destination);
        return false;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string created, string existing, nint security);

    [LibraryImport("libc", EntryPoint = "clonefile", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Clonefile(string source, string destination, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Ioctl(int descriptor, nuint request, nint argument);
}
