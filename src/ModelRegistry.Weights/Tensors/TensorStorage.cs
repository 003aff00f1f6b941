namespace ModelRegistry.Weights.Tensors;

/// <summary>Fills the destination with a storage's bytes from an offset on.</summary>
internal delegate void TensorRead(long offset, Span<byte> destination);

/// <summary>
/// The bytes behind one or more tensors. Two tensors share memory when they hold the same instance.
/// </summary>
internal sealed class TensorStorage
{
    private readonly MappedFile? _file;
    private readonly Lazy<MappedFile>? _loader;
    private readonly TensorRead? _read;
    private readonly long _offset;
    private readonly bool _standsInFile;

    /// <summary>Bytes that stand in a file (or an array) as they are.</summary>
    internal TensorStorage(MappedFile file, long offset, long byteLength, string key)
    {
        if (!file.Contains(offset, byteLength))
        {
            throw new WeightsFormatException(
                WeightsCodes.Storage, $"storage {Display.Quote(key)} of {byteLength} bytes leaves the file of {file.Length} bytes", $"byte {offset}");
        }

        _file = file;
        _offset = offset;
        _standsInFile = true;
        ByteLength = byteLength;
        Key = key;
    }

    /// <summary>Bytes that have to be produced first, e.g. inflated: produced once, when first read.</summary>
    internal TensorStorage(Func<byte[]> load, long byteLength, string key)
    {
        _loader = new Lazy<MappedFile>(() => MappedFile.FromBytes(load()));
        ByteLength = byteLength;
        Key = key;
    }

    /// <summary>Bytes that are worked out each time they are read, a part at a time; offsets and lengths are those of whole elements.</summary>
    internal TensorStorage(TensorRead read, long byteLength, string key)
    {
        _read = read;
        ByteLength = byteLength;
        Key = key;
    }

    /// <summary>Bytes that stand in another file, which is opened when they are first read and disposed by whoever opens it.</summary>
    internal TensorStorage(Func<MappedFile> open, long offset, long byteLength, string key)
    {
        _loader = new Lazy<MappedFile>(open);
        _offset = offset;
        _standsInFile = true;
        ByteLength = byteLength;
        Key = key;
    }

    /// <summary>The name the file gives the storage, e.g. <c>0</c> for <c>archive/data/0</c>.</summary>
    internal string Key { get; }

    internal long ByteLength { get; }

    /// <summary>True when elements stand in big-endian order.</summary>
    internal bool IsBigEndian { get; init; }

    /// <summary>Where the bytes start in their file; null when they do not stand there as they are.</summary>
    internal long? FileOffset => _standsInFile ? _offset : null;

    /// <summary>The file the bytes stand in, null for inflated and in-memory ones.</summary>
    internal string? FilePath => _file?.Path;

    internal ReadOnlySpan<byte> Slice(long offset, int length)
    {
        CheckRange(offset, length);
        if (_read is not null)
        {
            var bytes = new byte[length];
            _read(offset, bytes);
            return bytes;
        }

        return Source.Slice(_offset + offset, length);
    }

    /// <summary>As <see cref="Slice"/>, but copied without touching the mapping.</summary>
    internal void Read(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        if (_read is not null)
        {
            _read(offset, destination);
            return;
        }

        Source.Read(_offset + offset, destination);
    }

    private MappedFile Source => _file ?? _loader!.Value;

    private void CheckRange(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > ByteLength - length)
        {
            throw new WeightsFormatException(WeightsCodes.TensorGeometry, $"{length} bytes at {offset} leave storage {Display.Quote(Key)} of {ByteLength} bytes");
        }
    }
}
