using System.Text;

namespace ModelRegistry.Weights.Tests.Gguf;

/// <summary>Writes GGUF files by the rules of their specification, and against them where a test says so.</summary>
internal sealed class GgufBuilder(uint version = 3)
{
    private readonly List<byte[]> _pairs = [];
    private readonly List<byte[]> _tensors = [];
    private readonly List<byte> _data = [];

    public ulong? TensorCount { get; init; }

    public ulong? PairCount { get; init; }

    public int Alignment { get; init; } = 32;

    public GgufBuilder Text(string key, string value) => Pair(key, 8, Of(value));

    public GgufBuilder Number(string key, uint value) => Pair(key, 4, BitConverter.GetBytes(value));

    public GgufBuilder Pair(string key, uint type, byte[] value)
    {
        _pairs.Add([.. Of(key), .. BitConverter.GetBytes(type), .. value]);
        return this;
    }

    /// <summary>A tensor with its extents in the order of the file, the first one stepping by one.</summary>
    public GgufBuilder Tensor(string name, uint type, ulong[] extents, byte[] data, ulong? offset = null)
    {
        while (_data.Count % Alignment != 0) _data.Add(0);
        _tensors.Add([.. Of(name), .. BitConverter.GetBytes((uint)extents.Length), .. extents.SelectMany(BitConverter.GetBytes), .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(offset ?? (ulong)_data.Count)]);
        _data.AddRange(data);
        return this;
    }

    public byte[] Build()
    {
        List<byte> file =
        [
            .. "GGUF"u8, .. BitConverter.GetBytes(version), .. BitConverter.GetBytes(TensorCount ?? (ulong)_tensors.Count), .. BitConverter.GetBytes(PairCount ?? (ulong)_pairs.Count),
            .. _pairs.SelectMany(p => p), .. _tensors.SelectMany(t => t),
        ];
        while (_data.Count > 0 && file.Count % Alignment != 0) file.Add(0);
        return [.. file, .. _data];
    }

    public static byte[] Of(string text) => [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];
}
