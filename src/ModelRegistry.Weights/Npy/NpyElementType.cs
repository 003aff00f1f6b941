using System.Diagnostics.CodeAnalysis;

namespace ModelRegistry.Weights;

/// <summary>Element type of a <c>.npy</c> array: NumPy's kind letter, size and byte order, e.g. <c>&lt;f4</c>.</summary>
/// <param name="Kind">One of <c>f</c> (IEEE 754), <c>i</c> (signed), <c>u</c> (unsigned), <c>b</c> (boolean).</param>
/// <param name="Size">Bytes per element: 1, 2, 4 or 8.</param>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
public readonly record struct NpyElementType(char Kind, int Size, bool IsBigEndian)
{
    /// <summary>NumPy's descriptor of this type, e.g. <c>&lt;f4</c> or <c>|u1</c>.</summary>
    public override string ToString() => $"{(Size == 1 ? '|' : IsBigEndian ? '>' : '<')}{Kind}{Size}";

    /// <summary>The same type by its name in this library.</summary>
    internal DType DType => (Kind, Size) switch
    {
        ('f', 2) => DType.Float16,
        ('f', 4) => DType.Float32,
        ('f', _) => DType.Float64,
        ('i', 1) => DType.Int8,
        ('i', 2) => DType.Int16,
        ('i', 4) => DType.Int32,
        ('i', _) => DType.Int64,
        ('u', 1) => DType.UInt8,
        ('u', 2) => DType.UInt16,
        ('u', 4) => DType.UInt32,
        ('u', _) => DType.UInt64,
        _ => DType.Bool,
    };

    internal static bool TryParse(string descriptor, [NotNullWhen(true)] out NpyElementType? type)
    {
        type = null;
        if (descriptor.Length != 3 || descriptor[0] is not ('<' or '>' or '|'))
            return false;
        var (kind, size) = (descriptor[1], descriptor[2] - '0');
        var known = (kind, size) switch
        {
            ('f', 2 or 4 or 8) => true,
            ('i' or 'u', 1 or 2 or 4 or 8) => true,
            ('b', 1) => true,
            _ => false,
        };
        if (!known || (descriptor[0] == '|' && size != 1))
            return false;
        type = new NpyElementType(kind, size, descriptor[0] == '>' && size > 1);
        return true;
    }
}
