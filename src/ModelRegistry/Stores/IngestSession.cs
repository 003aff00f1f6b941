using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;

namespace ModelRegistry.Stores;

/// <summary>
/// Files on their way into a store: hashed and copied into a folder of their own under <c>tmp/</c>, then renamed to their digest.
/// The lock of that folder tells a later process whether this one is still alive.
/// </summary>
internal sealed class IngestSession : IDisposable
{
    private const int FlushesAtOnce = 8;

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

    /// <summary>
    /// Hashes the files of a model and copies them, or gives them second names, side by side. All are written before the first is waited for:
    /// the disk orders the writes of many files better than one after the other, and by then has most of them.
    /// </summary>
    /// <param name="files">Each with its path below the session's folder, so that the files of a model stand there as they name each other.</param>
    /// <param name="link">Give them second names where the disk is the same.</param>
    /// <param name="progress">Told about long copies, from several threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The files, on the disk, in the same order.</returns>
    public ImmutableArray<StagedBlob> Stage(IReadOnlyList<(string Source, RelativeFilePath Place)> files, bool link, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var blobs = new StagedBlob[files.Count];
        foreach (var folder in files.Select(file => Path.GetDirectoryName(InSession(file.Place.Value))!).Distinct(StringComparer.Ordinal))
            Writing(() => SharedRepository.CreateDirectory(folder));
        SideBySide.Run(files.Count, Math.Clamp(Environment.ProcessorCount, 2, 8), i =>
            blobs[i] = Stage(files[i].Source, InSession(files[i].Place.Value), link, HashingCopy.CopyToFlushLater, progress, cancellation), cancellation);
        // Second names share their bytes with files that are somebody else's to flush.
        SideBySide.Run(files.Count, FlushesAtOnce, i =>
        {
            if (blobs[i].Source is null) Writing(() => Durable.FlushFile(blobs[i].Temporary));
        }, cancellation);
        return [.. blobs];
    }

    /// <summary>Hashes a file and copies it, or gives it a second name, into the session.</summary>
    /// <param name="source">The file.</param>
    /// <param name="link">Give it a second name where the disk is the same.</param>
    /// <param name="progress">Told about long copies.</param>
    /// <param name="cancellation">Stops it.</param>
    public StagedBlob Stage(string source, bool link, IProgress<TransferProgress>? progress, CancellationToken cancellation) =>
        Stage(source, NextInSession(), link, HashingCopy.Copy, progress, cancellation);

    private StagedBlob Stage(
        string source, string temporary, bool link, Func<SourceFile, string, IProgress<TransferProgress>?, CancellationToken, Digest> copy, IProgress<TransferProgress>? progress, CancellationToken cancellation) =>
        AtomicFile.Guard(Codes.StoreUnwritable, $"the store {_store.Root}", () =>
        {
            if (link && TryLink(source, temporary))
            {
                // What is hashed is what was stored, whatever its first name says by now.
                using var stored = SourceFile.Open(temporary);
                var linked = HashingCopy.Hash(stored, progress, cancellation);
                stored.ThrowIfChanged();
                return new StagedBlob(linked, stored.Length, temporary) { Source = source, Modified = File.GetLastWriteTimeUtc(temporary) };
            }

            using var reading = SourceFile.Open(source);

            var digest = copy(reading, temporary, progress, cancellation);
            reading.ThrowIfChanged();
            return new StagedBlob(digest, reading.Length, temporary);
        });

    /// <summary>Hashes a stream of a known length into the session.</summary>
    /// <exception cref="EndOfStreamException">It ends before its length.</exception>
    public StagedBlob Stage(Stream content, long length, CancellationToken cancellation)
    {
        var temporary = NextInSession();
        return AtomicFile.Guard(Codes.StoreUnwritable, $"the store {_store.Root}", () => new StagedBlob(HashingCopy.Receive(content, length, temporary, cancellation), length, temporary));
    }

    private void Writing(Action write) => AtomicFile.Guard(Codes.StoreUnwritable, $"the store {_store.Root}", () =>
    {
        write();
        return true;
    });

    private string InSession(string place) => Path.Combine(_folder.Path, place);

    private string NextInSession() => InSession((_count++).ToString(System.Globalization.CultureInfo.InvariantCulture));

    // A link is followed to the file that it means; a second name of the link itself would dangle as soon as that file moves.
    private static bool TryLink(string source, string temporary)
    {
        SourceFile.Check(source);
        var target = File.ResolveLinkTarget(source, returnFinalTarget: true)?.FullName ?? source;
        if (!Materialise.TryHardLink(target, temporary)) return false;
        if (new FileInfo(temporary).LinkTarget is null) return true;
        File.Delete(temporary);
        return false;
    }

    /// <summary>Takes the lock that orders the changes of the store's blobs.</summary>
    public static FileLock LockStore(FolderStore store, TimeSpan timeout, TimeProvider clock, CancellationToken cancellation) =>
        FileLock.Take(store.LockFile, timeout, clock, cancellation)
        ?? throw Codes.RegistryLocked.Error($"another process has held {store.LockFile} for more than {timeout.TotalSeconds:0} s", "wait for it to end and try again");

    /// <summary>
    /// Gives a staged file its place among the blobs, so that it survives a power cut. Where the store has the blob already the answer is false,
    /// and the blob is as young as one that was just written: who collects what nobody names must see that somebody is about to name it.
    /// </summary>
    public bool Publish(StagedBlob blob)
    {
        var isNew = Place(blob);
        if (isNew) FlushPlaces();
        return isNew;
    }

    /// <summary>Makes the places of blobs survive a power cut.</summary>
    public void FlushPlaces() => Durable.FlushDirectory(_store.Blobs);

    /// <summary>As <see cref="Publish"/>; the place survives a power cut once <see cref="FlushPlaces"/> was called.</summary>
    public bool Place(StagedBlob blob) => AtomicFile.Guard(Codes.StoreUnwritable, $"the store {_store.Root}", () =>
    {
        var path = _store.BlobPath(blob.Digest);
        if (File.Exists(path))
        {
            if (!TryTouch(path)) MakeYoung(blob, path);
            return false;
        }

        blob.ThrowIfChanged();
        MakeReadOnly(blob.Temporary);
        try
        {
            File.Move(blob.Temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }

        return true;
    });

    /// <summary>Whether the store has a blob already and it is as young now as one that was just written; false also where only a new copy can be.</summary>
    public bool IsThere(Digest digest) => File.Exists(_store.BlobPath(digest)) && TryTouch(_store.BlobPath(digest));

    // False where the blob is another user's, or has just gone.
    private static bool TryTouch(string path)
    {
        try
        {
#pragma warning disable RS0030 // The age of a file is by the clock of the machine that keeps it.
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
#pragma warning restore RS0030
            return true;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or FileNotFoundException)
        {
            return false;
        }
    }

    // Only its owner may set a file's time; whoever may write the store may put the same bytes in its place.
    private static void MakeYoung(StagedBlob blob, string path)
    {
        blob.ThrowIfChanged();
        MakeReadOnly(blob.Temporary);
        File.Move(blob.Temporary, path, overwrite: true);
    }

    /// <summary>Makes a file read-only for everyone, or for those who may read it by the setting of its repository.</summary>
    public static void MakeReadOnly(string path)
    {
        if (OperatingSystem.IsWindows()) File.SetAttributes(path, File.GetAttributes(path) | FileAttributes.ReadOnly);
        else File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        SharedRepository.Grant(path);
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
internal sealed record StagedBlob(Digest Digest, long Size, string Temporary)
{
    /// <summary>The file that it shares its bytes with; null for a copy of our own.</summary>
    public string? Source { get; init; }

    /// <summary>When the shared bytes were written last, as they were hashed.</summary>
    public DateTime Modified { get; init; }

    /// <summary>Throws where somebody wrote the shared bytes after they were hashed.</summary>
    public void ThrowIfChanged()
    {
        var now = new FileInfo(Temporary);
        if (Source is not null && (now.Length != Size || now.LastWriteTimeUtc != Modified))
            throw Codes.SourceChanged.Error($"{Source} changed after it was read", "wait until the file is complete and register it again, or leave --link out");
    }
}
