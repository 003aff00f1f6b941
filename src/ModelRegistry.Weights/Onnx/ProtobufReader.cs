using System.Text;

namespace ModelRegistry.Weights.Onnx;

/// <summary>How a protobuf field's value stands on the wire.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}

/// <summary>
/// Walks the fields of one protobuf message, as in <see href="https://protobuf.dev/programming-guides/encoding/"/>.
/// Every length is checked against the bytes left; groups, which ONNX never had, are refused.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, long offset)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _message = message;
    private readonly long _offset = offset;
    private int _at;
    private long _fieldOffset;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the current field.</summary>
    public WireType Wire { get; private set; }

    /// <summary>Position of the next byte in the file.</summary>
    public readonly long Offset => _offset + _at;

    /// <summary>Moves to the next field; its value must then be read or skipped.</summary>
    public bool MoveNext()
    {
        if (_at == _message.Length)
            return false;
        _fieldOffset = Offset;
        var tag = RawVarint();
        if (tag >> 3 is 0 or > 0x1FFF_FFFF)
            throw OnnxError.Malformed($"field number {tag >> 3} is out of range", _fieldOffset);
        if ((tag & 7) is 3 or 4 or 6 or 7)
            throw OnnxError.Malformed($"wire type {tag & 7} of field {tag >> 3} is not used by ONNX", _fieldOffset);
        Field = (int)(tag >> 3);
        Wire = (WireType)(tag & 7);
        return true;
    }

    public ulong Varint()
    {
        Require(WireType.Varint);
        return RawVarint();
    }

    /// <summary>The little-endian bytes of one fixed-size value, or of a packed run of them.</summary>
    public ReadOnlySpan<byte> Fixed() => Wire switch
    {
        WireType.Fixed32 => Take(sizeof(uint)),
        WireType.Fixed64 => Take(sizeof(ulong)),
        _ => Bytes(),
    };

    /// <summary>The bytes of a string, bytes, message or packed field.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Require(WireType.Length);
        var length = RawVarint();
        if (length > (ulong)(_message.Length - _at))
            throw OnnxError.Malformed($"field {Field} declares {length} bytes where {_message.Length - _at} are left", _fieldOffset);
        return Take((int)length);
    }

    public ProtobufReader Message()
    {
        var bytes = Bytes();
        return new ProtobufReader(bytes, Offset - bytes.Length);
    }

    /// <summary>A string of at most <paramref name="maxBytes"/> bytes of valid UTF-8.</summary>
    public string String(int maxBytes)
    {
        var bytes = Bytes();
        if (bytes.Length > maxBytes)
            throw OnnxError.Malformed($"string of {bytes.Length} bytes in field {Field}; at most {maxBytes} are allowed", _fieldOffset);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new WeightsFormatException(OnnxError.Protobuf, $"malformed ONNX protobuf: string in field {Field} is not UTF-8", $"byte {_fieldOffset}", inner: e);
        }
    }

    public void Skip()
    {
        switch (Wire)
        {
            case WireType.Varint:
                RawVarint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                Bytes();
                break;
        }
    }

    /// <summary>A varint without a tag, as in packed fields.</summary>
    public ulong RawVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at == _message.Length)
                throw OnnxError.Malformed("it ends inside a varint", Offset);
            var b = _message[_at++];
            // The tenth byte has room for one bit only.
            if (shift == 63 && b > 1)
                break;
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
        throw OnnxError.Malformed("a varint is longer than 64 bits", Offset);
    }

    /// <summary>What is left of the message, from the current value on.</summary>
    public readonly ReadOnlySpan<byte> Rest() => _message[_at..];

    public readonly bool AtEnd => _at == _message.Length;

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _message.Length - _at)
            throw OnnxError.Malformed($"it ends inside field {Field}", _fieldOffset);
        var taken = _message.Slice(_at, length);
        _at += length;
        return taken;
    }

    private readonly void Require(WireType wire)
    {
        if (Wire != wire)
            throw OnnxError.Malformed($"field {Field} has wire type {(int)Wire} where {(int)wire} is meant", _fieldOffset);
    }
}
