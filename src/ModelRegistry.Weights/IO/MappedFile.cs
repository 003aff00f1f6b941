using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.IO;

/// <summary>
/// Read-only bytes of a file, memory-mapped, or of an array. Every access is bounds-checked in 64 bits.
/// The reader that receives one owns it.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _pointer;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly MappedFile? _parent;
    private readonly long _start;
    private bool _disposed;

    private MappedFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        Length = length;
        _handle = handle;
        if (length == 0)
        {
            return;
        }

        _map = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _pointer = pointer + _view.PointerOffset;
    }

    private MappedFile(ReadOnlyMemory<byte> bytes)
    {
        Length = bytes.Length;
        _bytes = bytes;
    }

    private MappedFile(MappedFile parent, long start, long length)
    {
        _parent = parent;
        Path = start == 0 && length == parent.Length ? parent.Path : null;
        _start = start;
        Length = length;
    }

    /// <summary>Where the file is; null for bytes that came from memory.</summary>
    internal string? Path { get; }

    internal long Length { get; }

    /// <exception cref="WeightsFormatException">The file is missing, a directory, or may not be read (MR0502).</exception>
    internal static MappedFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            var full = System.IO.Path.GetFullPath(path);
            RegularFile.Require(full);
            handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return new MappedFile(full, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            handle?.Dispose();
            throw new WeightsFormatException(WeightsCodes.Unreadable, "the file cannot be read", path, e.Message, e);
        }
    }

    internal static MappedFile FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>The bytes in [offset, offset + length). Valid until this file is disposed.</summary>
    /// <exception cref="WeightsFormatException">The range leaves the file, or the file shrank since it was opened.</exception>
    internal ReadOnlySpan<byte> Slice(long offset, int length)
    {
        CheckRange(offset, length);
        if (_parent is not null)
        {
            return _parent.Slice(_start + offset, length);
        }

        if (_handle is null)
        {
            return _bytes.Span.Slice((int)offset, length);
        }

        // Touching a mapped page past the end of a file that was cut in the meantime ends the process.
        if (RandomAccess.GetLength(_handle) < Length)
        {
            throw Shrank(offset);
        }

        return length == 0 ? [] : new ReadOnlySpan<byte>(_pointer + offset, length);
    }

    /// <summary>
    /// Copies the bytes from <paramref name="offset"/> on without touching the mapping, so that streaming a file of any
    /// size leaves none of it in the process's resident memory.
    /// </summary>
    /// <exception cref="WeightsFormatException">As for <see cref="Slice"/>.</exception>
    internal void Read(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        if (_parent is not null)
        {
            _parent.Read(_start + offset, destination);
        }
        else if (_handle is null)
        {
            _bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        }
        else
        {
            ReadHandle(_handle, offset, destination);
        }
    }

    /// <summary>A part of this file as a file of its own; does not own it.</summary>
    internal MappedFile Window(long offset, long length) =>
        Contains(offset, length)
            ? new MappedFile(this, offset, length)
            : throw new WeightsFormatException(WeightsCodes.Unreadable, $"{length} bytes at {offset} leave the file of {Length} bytes", $"byte {offset}");

    /// <summary>As <see cref="Slice"/>, but stops at the end of the file: never fails for a declared length.</summary>
    internal ReadOnlySpan<byte> Peek(long offset, int length) =>
        offset < 0 || offset >= Length ? [] : Slice(offset, (int)Math.Min(length, Length - offset));

    /// <summary>True when [offset, offset + length) lies within the file.</summary>
    internal bool Contains(long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= Length && length <= Length - offset;

    /// <summary>A forward-only stream over a range, which does not own the file.</summary>
    internal Stream OpenStream(long offset, long length) => new MappedStream(this, offset, length);

    private static void ReadHandle(SafeFileHandle handle, long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var count = RandomAccess.Read(handle, destination, offset);
                if (count == 0)
                {
                    throw Shrank(offset);
                }

                destination = destination[count..];
                offset += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException(WeightsCodes.Unreadable, "the file cannot be read", $"byte {offset}", e.Message, e);
        }
    }

    private void CheckRange(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new WeightsFormatException(
                WeightsCodes.Unreadable, $"{length} bytes at {offset} leave the file of {Length} bytes", $"byte {offset}", "the file is cut short; fetch it again");
        }
    }

    private static WeightsFormatException Shrank(long offset) =>
        new(WeightsCodes.Unreadable, "the file shrank while it was open", $"byte {offset}", "another program writes it; read a copy");

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _map?.Dispose();
        _handle?.Dispose();
    }
}
