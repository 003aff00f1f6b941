using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// Files on their way into a store: hashed and copied into a folder of their own under <c>tmp/</c>, then renamed to their digest.
/// The lock of that folder tells a later process whether this one is still alive.
/// </summary>
internal sealed class IngestSession : IDisposable
{
    private readonly FolderStore _store;
    private readonly SessionFolder _folder;
    private int _count;

    private IngestSession(FolderStore store, SessionFolder folder)
    {
        _store = store;
        _folder = folder;
    }

    /// <summary>Opens a session; makes the store where it is not there yet.</summary>
    public static IngestSession Open(FolderStore store)
    {
        store.Create();
        return AtomicFile.Guard(Codes.StoreUnwritable, $"the store {store.Root}", () => new IngestSession(store, SessionFolder.Make(store.Sessions)));
    }

    /// <summary>Hashes a file and copies it, or gives it a second name, into the session.</summary>
    /// <param name="source">The file.</param>
    /// <param name="link">Give it a second name where the disk is the same.</param>
    /// <param name="progress">Told about long copies.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="place">Its path below the session's folder, so that the files of a model stand there as they name each other; null for any.</param>
    public StagedBlob Stage(string source, bool link, IProgress<TransferProgress>? progress, CancellationToken cancellation, RelativeFilePath? place = null)
    {
        var temporary = Path.Combine(_folder.Path, place?.Value ?? (_count++).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return AtomicFile.Guard(Codes.StoreUnwritable, $"the store {_store.Root}", () =>
        {
            if (place is not null) Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
            using var reading = SourceFile.Open(source);
            if (link && Materialise.TryHardLink(source, temporary))
            {
                var linked = HashingCopy.Hash(reading, progress, cancellation);
                reading.ThrowIfChanged();
                return new StagedBlob(linked, reading.Length, temporary);
            }

            var digest = HashingCopy.Copy(reading, temporary, progress, cancellation);
            reading.ThrowIfChanged();
            return new StagedBlob(digest, reading.Length, temporary);
        });
    }

    /// <summary>Takes the lock that orders the changes of the store's blobs.</summary>
    public static FileLock LockStore(FolderStore store, TimeSpan timeout, TimeProvider clock, CancellationToken cancellation) =>
        FileLock.Take(store.LockFile, timeout, clock, cancellation)
        ?? throw Codes.RegistryLocked.Error($"another process has held {store.LockFile} for more than {timeout.TotalSeconds:0} s", "wait for it to end and try again");

    /// <summary>Gives a staged file its place among the blobs. False where the store has the blob already.</summary>
    public bool Publish(StagedBlob blob) => AtomicFile.Guard(Codes.StoreUnwritable, $"the store {_store.Root}", () =>
    {
        var path = _store.BlobPath(blob.Digest);
        if (File.Exists(path)) return false;
        MakeReadOnly(blob.Temporary);
        File.Move(blob.Temporary, path, overwrite: false);
        Durable.FlushDirectory(_store.Blobs);
        return true;
    });

    /// <summary>Makes a file read-only for everyone.</summary>
    public static void MakeReadOnly(string path)
    {
        if (OperatingSystem.IsWindows()) File.SetAttributes(path, File.GetAttributes(path) | FileAttributes.ReadOnly);
        else File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>The folders of sessions whose process is gone.</summary>
    public static IEnumerable<string> Abandoned(FolderStore store) => SessionFolder.Abandoned(store.Sessions);

    /// <summary>Deletes an abandoned session's folder.</summary>
    public static void Remove(string folder) => SessionFolder.Remove(folder);

    /// <summary>Deletes what was staged and not published.</summary>
    public void Dispose()
    {
        try
        {
            _folder.Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // doctor finds the folder; what was registered is not affected by it.
        }
    }
}

/// <summary>A file that waits in a session.</summary>
/// <param name="Digest">Its SHA-256.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Temporary">Where it stands.</param>
internal sealed record StagedBlob(Digest Digest, long Size, string Temporary);
