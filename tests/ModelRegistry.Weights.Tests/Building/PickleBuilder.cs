using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Weights.Tests;

/// <summary>Writes pickles opcode by opcode.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [];

    public PickleBuilder(int protocol = 2) => Raw(0x80, (byte)protocol);

    public PickleBuilder Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public PickleBuilder Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op("X").Raw(length).Raw(utf8);
    }

    public PickleBuilder Int(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return value is >= 0 and < 256 ? Raw((byte)'K', (byte)value) : Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBuilder Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBuilder Tuple(params ReadOnlySpan<long> values)
    {
        Op("(");
        foreach (var value in values)
        {
            Int(value);
        }

        return Op("t");
    }

    /// <summary>A persistent id: <c>('storage', torch.TYPE, key, 'cpu', count)</c>.</summary>
    public PickleBuilder Storage(string key = "0", long count = 6, string type = "FloatStorage") =>
        Op("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Int(count).Op("tQ");

    /// <summary>A float32 tensor of 2 × 3 unless told otherwise.</summary>
    public PickleBuilder Tensor(string key = "0", long count = 6, long offset = 0, long[]? shape = null, long[]? strides = null)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage(key, count).Int(offset);
        return Tuple(shape ?? [2, 3]).Tuple(strides ?? [3, 1]).Raw(0x89).Global("collections", "OrderedDict").Op(")RtR");
    }

    public byte[] Stop() => [.. Op(".")._bytes];
}
