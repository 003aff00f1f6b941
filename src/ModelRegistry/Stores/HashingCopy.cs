using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// Hashes a file while it is copied. Of a large one the system copies part after part, and a second thread reads each back from the copy and hashes it, so the hash
/// sets the pace and is that of what was stored.
/// </summary>
internal static class HashingCopy
{
    private const int BufferLength = 1 << 20;
    private const int BufferCount = 4;
    private const long FlushEvery = 32 << 20;
    private const int PartLength = 4 << 20;

    /// <summary>A file up to here is done before another thread would have started.</summary>
    private const long OneThread = 16 << 20;

    /// <summary>Copies to a new file, flushes it to the disk and returns the digest of what was written.</summary>
    public static Digest Copy(SourceFile source, string destination, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using var output = Create(destination, source.Length);
        var digest = Write(source, output, progress, cancellation);
        RandomAccess.FlushToDisk(output);
        return digest;
    }

    /// <summary>
    /// Copies to a new file and returns the digest of what was written. The disk has been asked for all of it and has yet to be waited for
    /// (<see cref="Durable.FlushFile"/>): of many files, that is sooner done when all are written.
    /// </summary>
    public static Digest CopyToFlushLater(SourceFile source, string destination, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using var output = Create(destination, source.Length);
        return Write(source, output, progress, cancellation);
    }

    /// <summary>Copies to a new file and returns the digest of what was written. The disk gets it when the system likes.</summary>
    public static Digest CopyUnflushed(SourceFile source, string destination, CancellationToken cancellation)
    {
        using var output = Create(destination, source.Length);
        return source.Length > OneThread
            ? WriteLarge(source, output, begin: false, progress: null, cancellation)
            : Pump(source, (buffer, offset) => RandomAccess.Write(output, buffer.Span, offset), progress: null, cancellation);
    }

    private static Digest Write(SourceFile source, SafeFileHandle output, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (source.Length > OneThread) return WriteLarge(source, output, begin: true, progress, cancellation);
        var digest = Pump(source, (buffer, offset) => RandomAccess.Write(output, buffer.Span, offset), progress, cancellation);
        Durable.BeginWriting(output, 0, source.Length);
        return digest;
    }

    private static Digest WriteLarge(SourceFile source, SafeFileHandle output, bool begin, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        // Few parts wait for the hash: each is still in memory when its turn comes.
        using var copied = new BlockingCollection<(long Offset, int Count)>(BufferCount);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var hashing = Task.Factory.StartNew(() => HashBack(output, copied, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var copy = new PartCopy(source, output);
            long offset = 0, begun = 0;
            while (copy.Next(offset) is > 0 and var count)
            {
                copied.Add((offset, count), stop.Token);
                offset += count;
                if (begin && (offset - begun >= FlushEvery || offset >= source.Length))
                {
                    // The disk works while the rest is copied and hashed.
                    Durable.BeginWriting(output, begun, offset - begun);
                    begun = offset;
                }

                progress?.Report(new TransferProgress(Path.GetFileName(source.Path), offset, source.Length));
            }
        }
        catch (OperationCanceledException) when (hashing.IsFaulted)
        {
            // What stopped the hash is said below.
        }
        finally
        {
            copied.CompleteAdding();
            _ = Task.WaitAny([hashing], CancellationToken.None);
        }

        return hashing.GetAwaiter().GetResult();
    }

    private static Digest HashBack(SafeFileHandle file, BlockingCollection<(long Offset, int Count)> parts, CancellationTokenSource stop)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = GC.AllocateUninitializedArray<byte>(BufferLength / 4);
            foreach (var (offset, count) in parts.GetConsumingEnumerable())
            {
                for (var done = 0; done < count;)
                {
                    var read = RandomAccess.Read(file, buffer.AsSpan(0, Math.Min(buffer.Length, count - done)), offset + done);
                    if (read == 0) throw new IOException("the copy became shorter while it was read back");
                    hash.AppendData(buffer, 0, read);
                    done += read;
                }
            }

            return Digest.FromHash(hash.GetHashAndReset());
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }

    /// <summary>Copies part after part: in the system, or through a buffer where the system cannot.</summary>
    private sealed class PartCopy(SourceFile source, SafeFileHandle output)
    {
        private byte[]? _buffer;

        /// <returns>The bytes that were copied; 0 at the end.</returns>
        public int Next(long offset)
        {
            if (_buffer is null && KernelCopy.Part(source.Handle, output, offset, PartLength) is >= 0 and var copied) return copied;
            _buffer ??= GC.AllocateUninitializedArray<byte>(BufferLength);
            var count = Fill(source, _buffer, offset);
            RandomAccess.Write(output, _buffer.AsSpan(0, count), offset);
            return count;
        }
    }

    /// <summary>Writes a stream to a new file, flushes it to the disk and returns the digest of what was written.</summary>
    public static Digest Receive(Stream content, long length, string destination, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var output = Create(destination, length);
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(BufferLength, Math.Max(1, length)));
        for (var done = 0L; done < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var wanted = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done));
            try
            {
                content.ReadExactly(wanted);
            }
            catch (EndOfStreamException failure)
            {
                // An archive that is cut short is none of the disk's fault.
                throw new InvalidDataException("it ends in the middle of an entry", failure);
            }

            hash.AppendData(wanted);
            RandomAccess.Write(output, wanted, done);
            done += wanted.Length;
        }

        RandomAccess.FlushToDisk(output);
        return Digest.FromHash(hash.GetHashAndReset());
    }

    // The space is taken at once: a disk that is too small says so before a gigabyte has been copied.
    private static SafeFileHandle Create(string destination, long length)
    {
        try
        {
            return File.OpenHandle(destination, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, preallocationSize: length);
        }
        catch (IOException failure) when (new DriveInfo(Path.GetDirectoryName(destination)!).AvailableFreeSpace < length)
        {
            throw Codes.DiskFull.Error($"no space left for {length} bytes in {Path.GetDirectoryName(Path.GetDirectoryName(destination))}", "free some space and try again; nothing was changed", failure);
        }
    }

    /// <summary>Reads a file and returns its digest.</summary>
    public static Digest Hash(SourceFile source, IProgress<TransferProgress>? progress, CancellationToken cancellation) =>
        Pump(source, static (_, _) => { }, progress, cancellation);

    private static Digest Pump(SourceFile source, Action<ReadOnlyMemory<byte>, long> write, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (source.Length <= OneThread)
        {
            var only = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(source.Length, 1, BufferLength));
            try
            {
                for (var offset = 0L; offset < source.Length && Fill(source, only, offset) is > 0 and var count; offset += count)
                {
                    cancellation.ThrowIfCancellationRequested();
                    hash.AppendData(only, 0, count);
                    write(only.AsMemory(0, count), offset);
                    if (source.Length > BufferLength) progress?.Report(new TransferProgress(Path.GetFileName(source.Path), offset + count, source.Length));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(only);
            }

            return Digest.FromHash(hash.GetHashAndReset());
        }

        using var filled = new BlockingCollection<(byte[] Buffer, int Count)>(BufferCount);
        using var free = new BlockingCollection<byte[]>();
        for (var i = 0; i < BufferCount; i++) free.Add(GC.AllocateUninitializedArray<byte>(BufferLength), cancellation);
        var hashing = Task.Factory.StartNew(
            () =>
            {
                foreach (var (buffer, count) in filled.GetConsumingEnumerable())
                {
                    hash.AppendData(buffer, 0, count);
                    free.Add(buffer);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            for (var offset = 0L; ;)
            {
                var buffer = free.Take(cancellation);
                var count = Fill(source, buffer, offset);
                if (count == 0) break;
                // The hash may read the buffer while it is written out: both only look at it.
                var pending = buffer.AsMemory(0, count);
                write(pending, offset);
                filled.Add((buffer, count), cancellation);
                offset += count;
                progress?.Report(new TransferProgress(Path.GetFileName(source.Path), offset, source.Length));
            }
        }
        finally
        {
            filled.CompleteAdding();
            hashing.Wait(CancellationToken.None);
        }

        return Digest.FromHash(hash.GetHashAndReset());
    }

    private static int Fill(SourceFile source, byte[] buffer, long offset)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            int read;
            try
            {
                read = RandomAccess.Read(source.Handle, buffer.AsSpan(filled), offset + filled);
            }
            catch (IOException failure)
            {
                throw Codes.SourceUnreadable.Error($"cannot read {source.Path}: {failure.Message}", "check the disk that the file is on", failure);
            }

            if (read == 0) break;
            filled += read;
        }

        return filled;
    }
}
