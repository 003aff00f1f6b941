namespace ModelRegistry.Weights;

/// <summary>An array read from a <c>.npy</c> file: shape, element type and the bytes as they stand in the file.</summary>
public sealed class NpyArray
{
    private readonly long[] _shape;

    internal NpyArray(NpyElementType elementType, bool isFortranOrder, long[] shape, byte[] bytes)
    {
        ElementType = elementType;
        IsFortranOrder = isFortranOrder;
        _shape = shape;
        Bytes = bytes;
    }

    /// <summary>The element type as the file states it.</summary>
    public NpyElementType ElementType { get; }

    /// <summary>Whether <see cref="Bytes"/> are in column-major order; <see cref="ToFloat32"/> never is.</summary>
    public bool IsFortranOrder { get; }

    /// <summary>Extent of every dimension; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>Number of elements: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public int Count => Bytes.Length / ElementType.Size;

    /// <summary>The raw elements in the file's own byte order and layout.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>
    /// The elements as 32-bit floats in row-major (C) order. Wider types round to the nearest float, booleans become
    /// 0 and 1, NaN stays NaN.
    /// </summary>
    public float[] ToFloat32()
    {
        var values = NpyElements.ToFloat32(Bytes.Span, ElementType);
        return IsFortranOrder ? NpyElements.ToRowMajor(values, _shape) : values;
    }

    /// <summary>The array as a tensor of its own type, in row-major, little-endian order.</summary>
    /// <param name="name">The tensor's name.</param>
    public Tensor ToTensor(string name) => Tensor.FromBytes(name, ElementType.DType, _shape, NpyElements.ToRowMajorLittleEndian(Bytes, ElementType, IsFortranOrder, _shape));
}
