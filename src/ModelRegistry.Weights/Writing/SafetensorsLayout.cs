using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelRegistry.Weights.Writing;

/// <summary>Order of the tensors in a safetensors file and the header that describes it.</summary>
internal sealed class SafetensorsLayout
{
    private const int Alignment = 8;

    private SafetensorsLayout(IReadOnlyList<NamedTensor> tensors, byte[] header)
    {
        Tensors = tensors;
        Header = header;
    }

    /// <summary>Wider types first and then by name, which keeps every tensor aligned to its type.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Length, JSON and the spaces that pad it to eight bytes.</summary>
    public byte[] Header { get; }

    public long TotalLength => Tensors.Aggregate((long)Header.Length, (sum, named) => checked(sum + named.Tensor.ByteLength));

    /// <exception cref="WeightsFormatException">MR0571, MR0573 or MR0576.</exception>
    public static SafetensorsLayout Of(IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var ordered = tensors.ToList();
        foreach (var (name, tensor) in ordered)
            Check(name, tensor);
        ordered = [.. ordered.OrderByDescending(named => SafetensorsTypes.RankOf(named.Tensor.DType)).ThenBy(named => named.Name, Utf8Order.Instance)];
        TensorNames.RequireUnique(ordered);
        return new SafetensorsLayout(ordered, HeaderOf(ordered, metadata));
    }

    private static void Check(string name, Tensor tensor)
    {
        if (name == SafetensorsHeader.MetadataKey)
            throw WritingError.BadName(name, "safetensors keeps that name for itself");
        if (SafetensorsTypes.NameOf(tensor.DType) is null || tensor.Quantization is not null)
            throw WritingError.UnsupportedType(name, tensor, "safetensors");
        if ((Int128)tensor.ElementCount * tensor.DType.BitsPerElement() % 8 != 0)
            throw WritingError.UnsupportedType(name, tensor, "safetensors, whose tensors fill whole bytes,");
        TensorNames.RequireData(name, tensor);
    }

    private static byte[] HeaderOf(List<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = new ArrayBufferWriter<byte>();
        header.Write(stackalloc byte[sizeof(ulong)]);
        header.Write("{"u8);
        var first = true;
        if (metadata.Count > 0)
        {
            Key(header, SafetensorsHeader.MetadataKey, ref first);
            header.Write("{"u8);
            var firstEntry = true;
            foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, Utf8Order.Instance))
            {
                Key(header, key, ref firstEntry);
                JsonString.Write(header, value);
            }
            header.Write("}"u8);
        }
        long start = 0;
        foreach (var (name, tensor) in tensors)
        {
            Key(header, name, ref first);
            var end = checked(start + tensor.ByteLength);
            var shape = string.Join(',', tensor.Shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
            Ascii(header, string.Create(CultureInfo.InvariantCulture, $"{{\"dtype\":\"{SafetensorsTypes.NameOf(tensor.DType)}\",\"shape\":[{shape}],\"data_offsets\":[{start},{end}]}}"));
            start = end;
        }
        header.Write("}"u8);
        while (header.WrittenCount % Alignment != 0)
            header.Write(" "u8);
        var bytes = header.WrittenSpan.ToArray();
        var length = bytes.Length - sizeof(ulong);
        if (length > SafetensorsReader.MaxHeaderLength)
            throw new WeightsFormatException(WritingError.Name, $"names and metadata make a header of {length} bytes where safetensors allows {SafetensorsReader.MaxHeaderLength}");
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)length);
        return bytes;
    }

    private static void Key(ArrayBufferWriter<byte> header, string key, ref bool first)
    {
        if (!first)
            header.Write(","u8);
        first = false;
        JsonString.Write(header, key);
        header.Write(":"u8);
    }

    private static void Ascii(ArrayBufferWriter<byte> header, string text) => Encoding.ASCII.GetBytes(text, header);
}

/// <summary>Orders strings by their UTF-8 bytes, as the reference writer does; UTF-16 order differs beyond the basic plane.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
