using System.Buffers;
using System.Security.Cryptography;

namespace ModelRegistry.Stores;

/// <summary>What has arrived of a blob: a file, the hash of what is in it, and what the store calls the content that it is a part of.</summary>
internal sealed class FetchedPart : IAsyncDisposable
{
    private const int LongestNote = 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _note;
    private readonly string _place;

    private FetchedPart(FileStream file, string note, string place)
    {
        File = file;
        _note = note;
        _place = place;
    }

    public FileStream File { get; }

    /// <summary>How many bytes have arrived.</summary>
    public long Length => File.Position;

    /// <summary>Whether some of them came with an earlier attempt, so that only the digest tells whether the rest fits them.</summary>
    public bool Resumed { get; private set; }

    /// <summary>What the store calls the content; null where it does not say, or another store gave the part.</summary>
    public string? Version { get; private set; }

    /// <summary>Opens a part and hashes what is in it.</summary>
    public static async Task<FetchedPart> OpenAsync(string path, string place, long size, bool resume, CancellationToken cancellation)
    {
        var part = new FetchedPart(new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0), NoteOf(path), place);
        if (part.File.Length > size) part.File.SetLength(0);
        await part.HashWhatIsThereAsync(cancellation).ConfigureAwait(false);
        part.Resumed = part.Length > 0;
        if (part.Resumed) part.ReadNote();
        return part;
    }

    public static void Delete(string path)
    {
        System.IO.File.Delete(path);
        System.IO.File.Delete(NoteOf(path));
    }

    /// <summary>Removes the note beside a part that is complete.</summary>
    public static void Forget(string path) => System.IO.File.Delete(NoteOf(path));

    public void Hash(byte[] buffer, int count) => _hash.AppendData(buffer, 0, count);

    public Digest Digest() => ModelRegistry.Digest.FromHash(_hash.GetHashAndReset());

    /// <summary>Takes what the store calls the content that it sends; what has arrived of other content goes.</summary>
    /// <returns>False where something had to go.</returns>
    public bool Continue(string? version)
    {
        if (version is null || version == Version) return true;
        var fits = Version is null || Length == 0;
        if (!fits)
        {
            File.SetLength(0);
            _hash.GetHashAndReset();
            Resumed = false;
        }

        Version = version;
        WriteNote();
        return fits;
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await File.DisposeAsync().ConfigureAwait(false);
    }

    private static string NoteOf(string path) => path + ".version";

    private async Task HashWhatIsThereAsync(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            int read;
            while ((read = await File.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0) Hash(buffer, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ReadNote()
    {
        try
        {
            if (new FileInfo(_note) is { Exists: true, Length: < LongestNote } && System.IO.File.ReadAllLines(_note) is [var place, var version] && place == _place) Version = version;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Then the digest tells, as it does in any case.
        }
    }

    private void WriteNote()
    {
        try
        {
            System.IO.File.WriteAllText(_note, $"{_place}\n{Version}\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
