using System.ComponentModel;
using System.Runtime.InteropServices;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;

namespace ModelRegistry.Files;

/// <summary>Puts the content of a blob at another path: by sharing its blocks, by a second name, or by a copy.</summary>
internal static partial class Materialise
{
    private const uint Ficlone = 0x40049409;

    /// <summary>Puts the file there and says how it was done. What leaves the registry is hashed on its way, whatever was known of the blob before.</summary>
    /// <exception cref="ModelRegistryException">MR0302: the blob does not have the digest; nothing was placed.</exception>
    public static MaterialiseMode Place(string source, string destination, MaterialiseMode mode, Digest digest, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        var temporary = destination + "." + Path.GetRandomFileName() + AtomicFile.TemporarySuffix;
        try
        {
            var (done, found) = Make(source, temporary, mode, cancellation);
            if (found != digest)
                throw Codes.DigestMismatch.Error($"{source} does not have the digest {digest.Value[..19]}… that its name says: its content was altered", "run 'modelreg doctor --fix' to put it aside, then fetch the artifact again");
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

    private static (MaterialiseMode Done, Digest Found) Make(string source, string temporary, MaterialiseMode mode, CancellationToken cancellation)
    {
        if (mode == MaterialiseMode.HardLink)
        {
            if (!TryHardLink(source, temporary))
                throw Codes.DestinationUnwritable.Error($"cannot hard-link {source} to {temporary}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}", "use copy, or a folder on the store's own disk");
            return (MaterialiseMode.HardLink, Hash(temporary, cancellation));
        }

        if (TryReflink(source, temporary)) return (MaterialiseMode.Reflink, Hash(temporary, cancellation));
        if (mode == MaterialiseMode.Reflink)
            throw Codes.DestinationUnwritable.Error($"the file system of {temporary} cannot share blocks with the store", "use copy");
        using var reading = SourceFile.Open(source);
        return (MaterialiseMode.Copy, HashingCopy.CopyUnflushed(reading, temporary, cancellation));
    }

    private static Digest Hash(string path, CancellationToken cancellation)
    {
        using var reading = SourceFile.Open(path);
        return HashingCopy.Hash(reading, progress: null, cancellation);
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
