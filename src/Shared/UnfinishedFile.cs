using Microsoft.Win32.SafeHandles;

namespace ModelRegistry.Shared;

/// <summary>
/// A file that is written under a temporary name beside its place and then moved there: a reader sees what was there before or all of what is new,
/// and nothing between. One that is not moved is deleted.
/// </summary>
internal sealed class UnfinishedFile : IDisposable
{
    /// <summary>What every temporary name ends with.</summary>
    public const string Suffix = ".mr-tmp";

    private readonly string _destination;
    private bool _moved;

    /// <summary>Makes the temporary file.</summary>
    /// <param name="destination">Where it will be; the folder is there.</param>
    /// <param name="length">Bytes to reserve, so that a full disk shows at once; 0 when unknown.</param>
    public UnfinishedFile(string destination, long length = 0)
    {
        _destination = destination;
        Location = Path.Combine(Path.GetDirectoryName(destination)!, $".{Path.GetFileName(destination)}.{Path.GetRandomFileName()}{Suffix}");
        Handle = File.OpenHandle(Location, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, length);
    }

    /// <summary>Where it is meanwhile.</summary>
    public string Location { get; }

    /// <summary>What it is written through. Whoever wrote flushes it to the disk and closes it before it is moved.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Puts the file in its place. False, and nothing is moved, where a file is there that it must not replace.</summary>
    public bool TryMove(bool overwrite)
    {
        try
        {
            File.Move(Location, _destination, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(_destination))
        {
            return false;
        }

        return _moved = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        if (!_moved) File.Delete(Location);
    }
}
