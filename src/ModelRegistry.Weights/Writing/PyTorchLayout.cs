using System.Collections.Immutable;

namespace ModelRegistry.Weights.Writing;

/// <summary>
/// Which storages a PyTorch file will have. Tensors that overlap stay views of one storage, as they were; a tensor that
/// fills its storage keeps its strides; any other gets a storage of its own with just its elements.
/// </summary>
internal sealed class PyTorchLayout
{
    private readonly Dictionary<(object Storage, DType DType), PyTorchRecord> _shared = [];
    private readonly List<PyTorchRecord> _records = [];
    private readonly List<PyTorchView> _views = [];

    private PyTorchLayout()
    {
    }

    public IReadOnlyList<PyTorchRecord> Records => _records;

    public IReadOnlyList<PyTorchView> Views => _views;

    /// <exception cref="WeightsFormatException">MR0571, MR0572, MR0573 or MR0576.</exception>
    public static PyTorchLayout Of(IReadOnlyList<NamedTensor> tensors, SharedTensors sharing)
    {
        var layout = new PyTorchLayout();
        TensorNames.RequireUnique(tensors);
        foreach (var (name, tensor) in tensors)
        {
            if (!PyTorchTypes.Holds(tensor.DType) || tensor.Quantization is not null)
                throw WritingError.UnsupportedType(name, tensor, "the state dict of a PyTorch file");
            TensorNames.RequireData(name, tensor);
        }
        var shared = TensorOverlaps.Find(tensors).Where(overlap => IsOfOneType(overlap, sharing)).SelectMany(overlap => overlap).ToHashSet();
        foreach (var named in tensors)
            layout.Add(named, shared.Contains(named));
        return layout;
    }

    /// <summary>Overlapping tensors that a PyTorch file cannot keep in one storage.</summary>
    public static IEnumerable<IReadOnlyList<NamedTensor>> OfSeveralTypes(IEnumerable<NamedTensor> tensors) =>
        TensorOverlaps.Find(tensors).Where(overlap => overlap.DistinctBy(named => named.Tensor.DType).Count() > 1);

    private void Add(NamedTensor named, bool isShared)
    {
        var tensor = named.Tensor;
        var width = tensor.DType.BytesPerElement();
        if (isShared)
        {
            var key = (tensor.StorageIdentity!, tensor.DType);
            if (!_shared.TryGetValue(key, out var record))
                _shared.Add(key, record = NewRecord(WholeStorage(tensor, width)));
            _views.Add(new PyTorchView(named.Name, record, tensor.StorageOffset, tensor.Shape, tensor.Strides));
        }
        else if (!tensor.IsContiguous && tensor.ByteLength == tensor.StorageByteLength)
            _views.Add(new PyTorchView(named.Name, NewRecord(WholeStorage(tensor, width)), tensor.StorageOffset, tensor.Shape, tensor.Strides));
        else
            _views.Add(new PyTorchView(named.Name, NewRecord(tensor), 0, tensor.Shape, Geometry.RowMajor(tensor.Shape, named.Name)));
    }

    private PyTorchRecord NewRecord(Tensor content)
    {
        var record = new PyTorchRecord(_records.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), content);
        _records.Add(record);
        return record;
    }

    private static Tensor WholeStorage(Tensor tensor, int width) =>
        Tensor.Contiguous(tensor.Name, tensor.KeyPath, tensor.DType, [tensor.StorageByteLength / width], (TensorStorage)tensor.StorageIdentity!);

    /// <summary>A storage in a PyTorch file has one type; views of other types cannot share it.</summary>
    private static bool IsOfOneType(IReadOnlyList<NamedTensor> overlap, SharedTensors sharing)
    {
        var first = overlap[0];
        var other = overlap.FirstOrDefault(named => named.Tensor.DType != first.Tensor.DType);
        if (other.Tensor is null || sharing == SharedTensors.Clone)
            return other.Tensor is null;
        throw new WeightsFormatException(
            WritingError.Shared,
            $"tensors {Display.Quote(first.Name)} and {Display.Quote(other.Name)} view the same memory as different types, which a PyTorch file cannot express",
            hint: "ask for copies (SharedTensors.Clone), or leave one of them out");
    }
}

/// <summary>A record <c>data/N</c>: the bytes of a storage.</summary>
/// <param name="Key">N.</param>
/// <param name="Content">A contiguous tensor over all of the storage, or the one tensor whose elements make it up.</param>
internal sealed record PyTorchRecord(string Key, Tensor Content);

/// <summary>A tensor of the state dict: a view of a record.</summary>
internal readonly record struct PyTorchView(string Name, PyTorchRecord Record, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides);
