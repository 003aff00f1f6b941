using System.Buffers;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// Brings one blob from a store into the cache: written to <c>tmp/HEX.part</c> under a lock for its digest, hashed on the way, and named
/// only when the digest fits. What a process that was killed had got is kept and gone on with.
/// </summary>
internal sealed class ArtifactFetch(FolderStore cache, RegistryOptions options)
{
    /// <summary>What the name of an artifact that has arrived in part ends with.</summary>
    public const string PartSuffix = ".part";

    /// <summary>What is added to it for the lock of who fetches. Not called .lock: those are the sessions' own, which whoever cleans up may delete.</summary>
    public const string LockSuffix = ".fetching";

    private const int BufferLength = 1 << 20;

    /// <summary>The path in the cache; null where the store does not have the blob.</summary>
    /// <exception cref="ModelRegistryException">MR0302: the store gave other bytes; MR0314: it stopped answering; and those of the store.</exception>
    public async Task<string?> FetchAsync(IArtifactStore store, Artifact artifact, string file, CancellationToken cancellation)
    {
        if (await store.FindAsync(artifact, cancellation).ConfigureAwait(false) is not { } length) return null;
        if (length != artifact.Size)
            throw Codes.StoreAnswerWrong.Error($"{store.Name} has {length} bytes for {file}, and the manifest says {artifact.Size}", "ask who keeps the store; its copy is not the artifact");
        cache.Create();
        var part = Path.Combine(cache.Sessions, artifact.Digest.Hex + PartSuffix);
        using var held = await LockAsync(part, file, cancellation).ConfigureAwait(false);
        var path = cache.BlobPath(artifact.Digest);
        if (File.Exists(path)) return path;
        var (fits, resumed) = await TryFetchAsync(store, artifact, file, part, resume: true, cancellation).ConfigureAwait(false);
        // A part that was begun elsewhere may be of other bytes, which only the digest at the end tells; then it is fetched once from the start.
        if (!fits && resumed) (fits, _) = await TryFetchAsync(store, artifact, file, part, resume: false, cancellation).ConfigureAwait(false);
        if (fits)
        {
            AtomicFile.Guard(Codes.StoreUnwritable, $"the cache {cache.Root}", () =>
            {
                IngestSession.MakeReadOnly(part);
                File.Move(part, path, overwrite: false);
                FetchedPart.Forget(part);
                Durable.FlushDirectory(cache.Blobs);
                return true;
            });
            return path;
        }

        FetchedPart.Delete(part);
        throw Codes.DigestMismatch.Error($"what {store.Name} has for {file} does not have the digest {artifact.Digest.Value[..19]}…", "ask who keeps the store; its copy was altered");
    }

    // Waits without a thread: an app may ask for many files of many models at once. Whoever comes next finds the file there, so the order does not matter.
    private async Task<FileLock> LockAsync(string part, string file, CancellationToken cancellation)
    {
        var path = part + LockSuffix;
        for (var told = false; ; told = true)
        {
            if (AtomicFile.Guard(Codes.StoreUnwritable, path, () => FileLock.TryTake(path)) is { } free) return free;
            if (!told) options.Log.Detail($"another process is fetching {file}; waiting for it");
            await Task.Delay(Random.Shared.Next(20, 60), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(bool Fits, bool Resumed)> TryFetchAsync(IArtifactStore store, Artifact artifact, string file, string path, bool resume, CancellationToken cancellation)
    {
        await using var part = await FetchedPart.OpenAsync(path, store.Place, artifact.Size, resume, cancellation).ConfigureAwait(false);
        var retries = new Retries(options.Clock);
        while (part.Length < artifact.Size)
        {
            var before = part.Length;
            try
            {
                await CopyAsync(store, artifact, file, part, cancellation).ConfigureAwait(false);
                if (part.Length == before) throw new IOException("the connection ended before the artifact did");
            }
            catch (IOException failure) when (AtomicFile.IsDiskFull(failure))
            {
                throw Codes.DiskFull.Error($"no space left for {file} in the cache {cache.Root}", "free some space, or set MODELREG_CACHE to another folder", failure);
            }
            catch (Exception failure) when (Retries.IsTransient(failure, cancellation))
            {
                if (part.Length > before) retries.Progressed();
                if (!await retries.WaitAsync(failure, cancellation).ConfigureAwait(false))
                    throw Codes.StoreUnreachable.Error($"{store.Name} {store.Place} does not give {file}: {failure.Message}", "try again; what arrived is kept and gone on with", failure);
            }
        }

        var fits = part.Digest() == artifact.Digest;
        if (fits) part.File.Flush(flushToDisk: true);
        return (fits, part.Resumed);
    }

    private async Task CopyAsync(IArtifactStore store, Artifact artifact, string file, FetchedPart part, CancellationToken cancellation)
    {
        await using var content = await store.OpenAsync(artifact with { Version = part.Version }, part.Length, cancellation).ConfigureAwait(false)
            ?? throw Codes.StoreAnswerWrong.Error($"{store.Name} said that it has {file} and does not give it", "ask who keeps the store");
        if (content.Length is { } length && length != artifact.Size)
            throw Codes.StoreAnswerWrong.Error($"{store.Name} sends {length} bytes for {file}, and the manifest says {artifact.Size}", "ask who keeps the store; its copy is not the artifact");
        if (content.Offset > part.Length) throw Codes.StoreAnswerWrong.Error($"{store.Name} sends another part of {file} than it was asked for", "ask who keeps the store");
        // A store that changed its content and sends the rest all the same is asked for all of it.
        if (!part.Continue(content.Version) && content.Offset > 0) throw new TransientStoreException("the file changed there while it was fetched");
        await SkipAsync(content.Stream, part.Length - content.Offset, cancellation).ConfigureAwait(false);
        await PumpAsync(content.Stream, artifact, file, part, cancellation).ConfigureAwait(false);
    }

    // Two buffers: one is hashed while the next is read and written, so the slower of the two sets the pace.
    private async Task PumpAsync(Stream content, Artifact artifact, string file, FetchedPart part, CancellationToken cancellation)
    {
        var (filling, hashing) = (ArrayPool<byte>.Shared.Rent(BufferLength), ArrayPool<byte>.Shared.Rent(BufferLength));
        var hashed = Task.CompletedTask;
        try
        {
            while (part.Length < artifact.Size)
            {
                var wanted = (int)Math.Min(BufferLength, artifact.Size - part.Length);
                var (read, broken) = await FillAsync(content, filling.AsMemory(0, wanted), cancellation).ConfigureAwait(false);
                if (read == 0) return;
                var start = part.Length;
                await hashed.ConfigureAwait(false);
                (filling, hashing) = (hashing, filling);
                var full = hashing;
                hashed = Task.Run(() => part.Hash(full, read), CancellationToken.None);
                await part.File.WriteAsync(full.AsMemory(0, read), cancellation).ConfigureAwait(false);
                if (start / (32 << 20) != part.Length / (32 << 20)) Durable.BeginWriting(part.File.SafeFileHandle, Math.Max(0, part.Length - (32 << 20)), 32 << 20);
                options.Progress?.Report(new TransferProgress(file, part.Length, artifact.Size));
                cancellation.ThrowIfCancellationRequested();
                if (broken is not null) throw new TransientStoreException(broken.Message, inner: broken);
            }

            if (await content.ReadAsync(filling.AsMemory(0, 1), cancellation).ConfigureAwait(false) != 0)
                throw Codes.StoreAnswerWrong.Error($"the store sends more than the {artifact.Size} bytes of {file}", "ask who keeps the store; its copy is not the artifact");
        }
        finally
        {
            await hashed.ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(hashing);
        }
    }

    // What came before a connection broke is kept.
    private static async Task<(int Read, Exception? Broken)> FillAsync(Stream content, Memory<byte> buffer, CancellationToken cancellation)
    {
        var filled = 0;
        try
        {
            while (filled < buffer.Length && await content.ReadAsync(buffer[filled..], cancellation).ConfigureAwait(false) is var read and > 0) filled += read;
            return (filled, null);
        }
        catch (Exception failure) when (filled > 0 && Retries.IsTransient(failure, cancellation))
        {
            return (filled, failure);
        }
    }

    private static async Task SkipAsync(Stream content, long count, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (count > 0)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellation).ConfigureAwait(false);
                if (read == 0) throw new IOException("the connection ended before the artifact did");
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
