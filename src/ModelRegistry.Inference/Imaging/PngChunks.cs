using System.Buffers.Binary;
using System.Text;

namespace ModelRegistry.Inference.Imaging;

/// <summary>The chunks of a PNG that its pixels need, each with its CRC checked.</summary>
internal sealed class PngChunks
{
    private const int Overhead = 12;

    private PngChunks(PngHeader header, byte[] palette, IReadOnlyList<ReadOnlyMemory<byte>> data) =>
        (Header, Palette, Data) = (header, palette, data);

    internal PngHeader Header { get; }

    /// <summary>Red, green, blue for each entry; empty without PLTE.</summary>
    internal byte[] Palette { get; }

    /// <summary>The IDAT chunks: together one zlib stream.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Data { get; }

    internal static PngChunks Read(ReadOnlyMemory<byte> file)
    {
        PngHeader? header = null;
        byte[] palette = [];
        var data = new List<ReadOnlyMemory<byte>>();
        for (var position = PngDecoder.Signature.Length; ;)
        {
            var (type, body) = Next(file, position);
            position += body.Length + Overhead;
            if (header is null && type != "IHDR")
                throw ImageError.Corrupt("the PNG does not start with its header");
            switch (type)
            {
                case "IHDR":
                    header = header is null ? PngHeader.Parse(body.Span) : throw ImageError.Corrupt("the PNG has two headers");
                    break;
                case "PLTE":
                    palette = body.Length is > 0 and <= 768 && body.Length % 3 == 0 ? body.ToArray() : throw ImageError.Corrupt($"the PNG palette has {body.Length} bytes");
                    break;
                case "IDAT":
                    data.Add(body);
                    break;
                case "IEND":
                    return Checked(header!, palette, data);
                case "CgBI":
                    throw ImageError.Format("is a PNG in Apple's private variant");
                case [>= 'A' and <= 'Z', ..]:
                    throw ImageError.Corrupt($"the PNG needs the unknown chunk '{DisplayText.Escape(type)}'");
            }
        }
    }

    private static PngChunks Checked(PngHeader header, byte[] palette, List<ReadOnlyMemory<byte>> data)
    {
        if (header.ColourType == PngHeader.Palette && palette.Length == 0)
            throw ImageError.Corrupt("the PNG lacks its palette");

        // Deflate never does better than 1032 to 1: a small file cannot make us allocate a large image.
        var compressed = data.Sum(part => (long)part.Length);
        if ((long)header.RowBytes(header.Width) * header.Height > compressed * 1032)
            throw ImageError.Corrupt($"{compressed} bytes of PNG data cannot hold {header.Width}×{header.Height} pixels");
        return new PngChunks(header, palette, data);
    }

    private static (string Type, ReadOnlyMemory<byte> Body) Next(ReadOnlyMemory<byte> file, int position)
    {
        var rest = file.Length - position;
        if (rest < Overhead)
            throw ImageError.Corrupt($"the PNG ends at byte {file.Length}, before its end chunk");
        var span = file.Span[position..];
        var length = BinaryPrimitives.ReadUInt32BigEndian(span);
        if (length > rest - Overhead)
            throw ImageError.Corrupt($"the PNG chunk at byte {position} reaches beyond the end of the file");
        var typeAndBody = span.Slice(4, 4 + (int)length);
        if (PngCrc.Compute(typeAndBody) != BinaryPrimitives.ReadUInt32BigEndian(span[(8 + (int)length)..]))
            throw ImageError.Corrupt($"the checksum of the PNG chunk at byte {position} is wrong");
        return (Encoding.Latin1.GetString(typeAndBody[..4]), file.Slice(position + 8, (int)length));
    }
}
