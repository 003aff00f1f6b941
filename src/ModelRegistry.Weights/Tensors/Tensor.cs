using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>
/// A tensor in a weights file: a view that costs nothing until its data is asked for. Valid as long as the
/// <see cref="WeightsFile"/> it came from is not disposed. Safe to read from several threads at once.
/// </summary>
public sealed partial class Tensor
{
    private readonly TensorStorage? _storage;

    private Tensor(string name, ImmutableArray<TensorKey> keyPath, DType dtype, ImmutableArray<long> shape, ImmutableArray<long> strides, TensorStorage? storage, long storageOffset)
    {
        (Name, KeyPath, DType, Shape, Strides, _storage, StorageOffset) = (name, keyPath, dtype, shape, strides, storage, storageOffset);
        ElementCount = Geometry.ElementCount(shape, name);
        ByteLength = Geometry.ByteLength(dtype, ElementCount, name);
        IsContiguous = Geometry.IsContiguous(shape, strides);
        if (storage is not null)
        {
            Geometry.CheckFits(name, dtype, shape, strides, storageOffset, storage.ByteLength);
        }
    }

    /// <summary>Dotted name for display and look-up, e.g. <c>layer1.0.conv1.weight</c>; control characters are escaped.</summary>
    public string Name { get; }

    /// <summary>The exact way to the tensor from the root of the file: its identity, where dotted names can collide.</summary>
    public ImmutableArray<TensorKey> KeyPath { get; }

    /// <summary>Element type.</summary>
    public DType DType { get; }

    /// <summary>Dimensions; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Elements to step in the storage per dimension; never negative. Same length as <see cref="Shape"/>.</summary>
    public ImmutableArray<long> Strides { get; }

    /// <summary>Elements before the first one in the storage.</summary>
    public long StorageOffset { get; }

    /// <summary>Product of <see cref="Shape"/>; 1 for a scalar, 0 when a dimension is 0.</summary>
    public long ElementCount { get; }

    /// <summary>Bytes of the elements in contiguous order; not the storage's, which may be smaller or larger.</summary>
    public long ByteLength { get; }

    /// <summary>True when the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>True when there is data to read; false for PyTorch's meta tensors, strings, and missing external data.</summary>
    public bool HasData => _storage is not null;

    /// <summary>True when known to be a parameter, false when known to be a buffer, null when the file does not say.</summary>
    public bool? IsParameter { get; internal init; }

    /// <summary>Scale and zero point of a quantized tensor, else null.</summary>
    public Quantization? Quantization { get; internal init; }

    /// <summary>The key of the storage in the file, e.g. <c>3</c> for <c>archive/data/3</c>; empty without data.</summary>
    public string StorageKey => _storage?.Key ?? "";

    /// <summary>Bytes of the whole storage, 0 without data.</summary>
    public long StorageByteLength => _storage?.ByteLength ?? 0;

    /// <summary>
    /// Where the bytes stand in the file, for a contiguous little-endian tensor stored uncompressed; else null.
    /// External ONNX data counts from the start of its own file.
    /// </summary>
    public (long Offset, long Length)? FileRange =>
        _storage is { IsBigEndian: false, FileOffset: { } start } && IsContiguous && IsByteAligned
            ? (start + ByteOffset, ByteLength)
            : null;

    /// <summary>True when both tensors lie in the same storage, so that one's change would be the other's.</summary>
    public bool SharesStorageWith(Tensor other) => _storage is not null && ReferenceEquals(_storage, other._storage);

    /// <summary>A key that is equal for tensors that share a storage; null without data.</summary>
    internal object? StorageIdentity => _storage;

    /// <summary>Byte offset of the first element within the storage.</summary>
    internal long ByteOffset => StorageOffset * DType.BitsPerElement() / 8;

    private bool IsByteAligned => StorageOffset * DType.BitsPerElement() % 8 == 0;

    /// <summary>A view with explicit strides.</summary>
    /// <exception cref="WeightsFormatException">The geometry is impossible or leaves the storage (MR0517).</exception>
    internal static Tensor Strided(string name, ImmutableArray<TensorKey> keyPath, DType dtype, ImmutableArray<long> shape, ImmutableArray<long> strides, TensorStorage? storage, long storageOffset, bool? isParameter = null, Quantization? quantization = null) =>
        new(name, keyPath, dtype, Geometry.Checked(shape, strides, storageOffset, name), strides, storage, storageOffset) { IsParameter = isParameter, Quantization = quantization };

    /// <summary>A row-major tensor from the start of a storage.</summary>
    /// <exception cref="WeightsFormatException">The geometry is impossible or leaves the storage (MR0517).</exception>
    internal static Tensor Contiguous(string name, ImmutableArray<TensorKey> keyPath, DType dtype, ImmutableArray<long> shape, TensorStorage? storage) =>
        Strided(name, keyPath, dtype, shape, Geometry.RowMajor(shape, name), storage, 0);

    /// <summary>The same data under another name.</summary>
    internal Tensor Renamed(string name, ImmutableArray<TensorKey> keyPath, bool? isParameter = null) =>
        new(name, keyPath, DType, Shape, Strides, _storage, StorageOffset) { IsParameter = isParameter ?? IsParameter, Quantization = Quantization };

    /// <summary><c>name float32[64, 3, 7, 7]</c></summary>
    public override string ToString() => $"{Name} {DType.DisplayName()}[{string.Join(", ", Shape)}]";
}
