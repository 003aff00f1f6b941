using System.Buffers.Binary;

namespace ModelRegistry.Weights.Onnx;

/// <summary>
/// Values that a <c>TensorProto</c> holds in a typed field rather than as raw bytes, turned into the bytes that
/// <c>raw_data</c> would have held.
/// </summary>
internal static class OnnxTypedData
{
    private const int Floats = 4;
    private const int Strings = 6;
    private const int Doubles = 10;

    /// <summary>The field in which values of a type stand; 0 for an unknown type.</summary>
    public static int FieldOf(DType dtype) => dtype switch
    {
        DType.Float32 or DType.Complex64 => Floats,
        DType.String => Strings,
        DType.Int64 => 7,
        DType.Float64 or DType.Complex128 => Doubles,
        DType.UInt32 or DType.UInt64 => 11,
        _ => 5,
    };

    /// <summary>Values in the field for a number of elements: complex ones take two, 4-bit ones half a one.</summary>
    public static long CountFor(DType dtype, long elements) => dtype switch
    {
        DType.Complex64 or DType.Complex128 => elements * 2,
        _ when dtype.BitsPerElement() == 4 => (elements + 1) / 2,
        _ => elements,
    };

    /// <summary>Moves past one occurrence of the current field and says how many values it holds.</summary>
    public static long CountAndSkip(ref ProtobufReader reader)
    {
        var single = reader.Field switch
        {
            Floats => WireType.Fixed32,
            Doubles => WireType.Fixed64,
            Strings => WireType.Length,
            _ => WireType.Varint,
        };
        if (reader.Wire == single)
        {
            reader.Skip();
            return 1;
        }
        var packed = reader.Bytes();
        if (FixedSize(reader.Field) is var size and > 0)
        {
            return packed.Length % size == 0
                ? packed.Length / size
                : throw OnnxError.Malformed($"packed field {reader.Field} of {packed.Length} bytes holds no whole number of values", reader.Offset);
        }
        long count = 0;
        foreach (var b in packed)
            count += b < 0x80 ? 1 : 0;
        return count;
    }

    /// <summary>Reads all values of a field as little-endian bytes.</summary>
    /// <param name="message">The <c>TensorProto</c>.</param>
    /// <param name="offset">Where it stands in the file.</param>
    /// <param name="initializer">What it holds; the count of its values has been checked.</param>
    /// <param name="dtype">Its type.</param>
    public static byte[] Read(ReadOnlySpan<byte> message, long offset, OnnxInitializer initializer, DType dtype)
    {
        // One value takes at least one byte of the message and at most eight here, so the size is in proportion.
        var width = FixedSize(initializer.TypedField) is var size and > 0 ? size : Math.Max(1, dtype.BytesPerElement());
        var bytes = new byte[checked((int)(initializer.TypedCount * width))];
        var reader = new ProtobufReader(message, offset);
        var at = 0;
        while (reader.MoveNext())
        {
            if (reader.Field != initializer.TypedField)
            {
                reader.Skip();
            }
            else if (FixedSize(reader.Field) > 0)
            {
                var values = reader.Fixed();
                values.CopyTo(bytes.AsSpan(at));
                at += values.Length;
            }
            else if (reader.Wire == WireType.Varint)
            {
                Put(bytes.AsSpan(at, width), reader.Varint(), initializer.Name, reader.Offset);
                at += width;
            }
            else
            {
                for (var packed = reader.Message(); !packed.AtEnd; at += width)
                    Put(bytes.AsSpan(at, width), packed.RawVarint(), initializer.Name, packed.Offset);
            }
        }
        return bytes;
    }

    private static int FixedSize(int field) => field switch
    {
        Floats => sizeof(float),
        Doubles => sizeof(double),
        _ => 0,
    };

    private static void Put(Span<byte> destination, ulong value, string name, long offset)
    {
        Span<byte> all = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        all[..destination.Length].CopyTo(destination);
        // Negative numbers are sign-extended to 64 bits; anything else beyond the type's width is lost data.
        var bits = destination.Length * 8;
        if (bits < 64 && value >> bits != 0 && (long)value >> (bits - 1) != -1)
            throw OnnxError.Invalid($"a value of initialiser {Display.Quote(name)} does not fit its type", $"byte {offset}");
    }
}
