using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Tests.Onnx;

/// <summary>Protobuf messages made by hand.</summary>
internal sealed class ProtobufBuilder
{
    private readonly List<byte> _bytes = [];

    public static implicit operator byte[](ProtobufBuilder builder) => [.. builder._bytes];

    public ProtobufBuilder Concat(byte[] fields)
    {
        _bytes.AddRange(fields);
        return this;
    }

    public ProtobufBuilder Varint(int field, ulong value) => Tag(field, 0).RawVarint(value);

    public ProtobufBuilder Bytes(int field, byte[] value)
    {
        Tag(field, 2).RawVarint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public ProtobufBuilder String(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufBuilder Float(int field, float value)
    {
        Tag(field, 5);
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtobufBuilder Packed(int field, params ulong[] values)
    {
        var packed = new ProtobufBuilder();
        foreach (var value in values)
            packed.RawVarint(value);
        return Bytes(field, packed);
    }

    public ProtobufBuilder Tag(int field, int wireType) => RawVarint((ulong)(field << 3 | wireType));

    public ProtobufBuilder RawVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }
        _bytes.Add((byte)value);
        return this;
    }
}
