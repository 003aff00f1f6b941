using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Writing;

/// <summary>Writes the few opcodes of pickle protocol 2 that a state dict needs; globals are memoised.</summary>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Dictionary<string, byte> _globals = new(StringComparer.Ordinal);

    public PickleWriter() => Opcode(0x80, 2);

    public void Mark() => Opcode((byte)'(');

    public void Tuple() => Opcode((byte)'t');

    public void EmptyTuple() => Opcode((byte)')');

    public void Reduce() => Opcode((byte)'R');

    public void SetItems() => Opcode((byte)'u');

    public void PersistentId() => Opcode((byte)'Q');

    public void False() => Opcode(0x89);

    /// <summary>Ends the pickle.</summary>
    public byte[] Stop()
    {
        Opcode((byte)'.');
        return _bytes.WrittenSpan.ToArray();
    }

    public void Global(string module, string name)
    {
        var global = $"{module}\n{name}\n";
        if (_globals.TryGetValue(global, out var memo))
        {
            Opcode((byte)'h', memo);
            return;
        }
        Opcode((byte)'c');
        Encoding.ASCII.GetBytes(global, _bytes);
        memo = checked((byte)_globals.Count);
        _globals.Add(global, memo);
        Opcode((byte)'q', memo);
    }

    /// <exception cref="WeightsFormatException">MR0573: half of a surrogate pair.</exception>
    public void String(string text)
    {
        Opcode((byte)'X');
        var utf8 = new ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        TensorNames.StrictUtf8(text, utf8);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), utf8.WrittenCount);
        _bytes.Advance(sizeof(int));
        _bytes.Write(utf8.WrittenSpan);
    }

    public void Integer(long value)
    {
        switch (value)
        {
            case >= 0 and <= byte.MaxValue:
                Opcode((byte)'K', (byte)value);
                break;
            case >= int.MinValue and <= int.MaxValue:
                Opcode((byte)'J');
                BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), (int)value);
                _bytes.Advance(sizeof(int));
                break;
            default:
                Opcode(0x8A, sizeof(long));
                BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
                _bytes.Advance(sizeof(long));
                break;
        }
    }

    public void Integers(ReadOnlySpan<long> values)
    {
        Mark();
        foreach (var value in values)
            Integer(value);
        Tuple();
    }

    private void Opcode(params ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
}
