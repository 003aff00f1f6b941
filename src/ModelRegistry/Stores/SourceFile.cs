using Microsoft.Win32.SafeHandles;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Stores;

/// <summary>A file that is about to be registered, checked before the first byte is read.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly DateTime _modified;

    private SourceFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        Handle = handle;
        Length = length;
        _modified = File.GetLastWriteTimeUtc(path);
    }

    public string Path { get; }

    public SafeFileHandle Handle { get; }

    public long Length { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="ModelRegistryException">MR0107 missing, MR0108 empty, MR0109 no regular file, MR0117 unreadable.</exception>
    public static SourceFile Open(string path)
    {
        Check(path);
        return OpenAny(path);
    }

    /// <summary>Opens a file that is no one's yet, an empty one too.</summary>
    /// <exception cref="ModelRegistryException">MR0117: unreadable.</exception>
    public static SourceFile OpenAny(string path)
    {
        try
        {
            RegularFile.Require(path);
            var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            return new SourceFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.SourceUnreadable.Error($"cannot read {path}: {failure.Message}", "check the permissions of the file", failure);
        }
    }

    /// <summary>Checks that a path names a regular file that is not empty.</summary>
    public static void Check(string path)
    {
        if (Directory.Exists(path)) throw Codes.SourceNotFile.Error($"{path} is a directory", "name a file; give --file once for each file of the model");
        var info = new FileInfo(path);
        var target = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        if (target is not { Exists: true })
        {
            var hint = info.LinkTarget is { } link ? $"it is a link to {link}, which does not exist" : "check the path; it is relative to the current directory";
            throw Codes.SourceMissing.Error($"{path} does not exist", hint);
        }

        if (RegularFile.Otherwise(path) is { } other) throw Codes.SourceNotFile.Error($"{path} is {other}, not a regular file", "name a file that is complete on the disk");
        if (target.Length == 0) throw Codes.SourceEmpty.Error($"{path} is empty", "check that the training script finished writing it");
    }

    /// <summary>Throws where the file was written while it was read.</summary>
    public void ThrowIfChanged()
    {
        if (RandomAccess.GetLength(Handle) != Length || File.GetLastWriteTimeUtc(Path) != _modified)
            throw Codes.SourceChanged.Error($"{Path} changed while it was read", "wait until the file is complete and register it again");
    }

    public void Dispose() => Handle.Dispose();
}
