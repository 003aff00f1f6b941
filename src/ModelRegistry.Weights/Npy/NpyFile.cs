using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights;

/// <summary>
/// Reads and writes arrays in NumPy's <c>.npy</c> format, versions 1.0 to 3.0, as specified in
/// <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</see>.
/// Object arrays are pickles and are refused along with structured, string and complex types.
/// </summary>
public static class NpyFile
{
    /// <summary>A header is a few dozen bytes; NumPy refuses more than 10,000 by default.</summary>
    internal const int MaxHeaderLength = 10_000;

    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the array in the file at <paramref name="path"/>.</summary>
    /// <exception cref="WeightsFormatException">MR0565: malformed, truncated, or followed by other data; MR0566: an element type that is not a plain number.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static NpyArray Read(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads the array that starts at the position of <paramref name="stream"/> and ends where the stream ends.</summary>
    /// <exception cref="WeightsFormatException">MR0565: malformed, truncated, or followed by other data; MR0566: an element type that is not a plain number.</exception>
    public static NpyArray Read(Stream stream)
    {
        var header = ReadHeader(stream);
        var bytes = ReadBytes(stream, header.DataLength);
        if (stream.ReadByte() >= 0)
            throw NpyError.Malformed($"data goes on after the {header.DataLength} bytes that shape and type need");
        return new NpyArray(header.ElementType, header.IsFortranOrder, header.Shape, bytes);
    }

    /// <summary>Writes <paramref name="values"/> as a row-major <c>&lt;f4</c> array, version 1.0, byte for byte as NumPy does.</summary>
    /// <param name="stream">Where to write; left open.</param>
    /// <param name="shape">Extents whose product is the number of values; empty for a scalar.</param>
    /// <param name="values">The elements in row-major order.</param>
    /// <exception cref="ArgumentException">The shape is negative anywhere, has more than 32 dimensions, or does not match the number of values.</exception>
    public static void Write(Stream stream, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        RequireMatch(shape, values.Length);
        stream.Write(HeaderOf(shape));
        Span<byte> block = stackalloc byte[4096];
        while (!values.IsEmpty)
        {
            var count = Math.Min(values.Length, block.Length / sizeof(float));
            for (var i = 0; i < count; i++)
                BinaryPrimitives.WriteSingleLittleEndian(block[(i * sizeof(float))..], values[i]);
            stream.Write(block[..(count * sizeof(float))]);
            values = values[count..];
        }
    }

    private static NpyHeader ReadHeader(Stream stream) => ReadHeaderWithLength(stream).Header;

    /// <summary>The header, and how many bytes it takes.</summary>
    internal static (NpyHeader Header, int Length) ReadHeaderWithLength(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start[..6].SequenceEqual(Magic))
            throw NpyError.Malformed("it does not start with \\x93NUMPY");
        var (major, minor) = (start[6], start[7]);
        if (major is not (1 or 2 or 3) || minor != 0)
            throw NpyError.Malformed($"version {major}.{minor} is unknown");
        var lengthSize = major == 1 ? 2 : 4;
        Span<byte> lengthBytes = stackalloc byte[4];
        lengthBytes.Clear();
        if (stream.ReadAtLeast(lengthBytes[..lengthSize], lengthSize, throwOnEndOfStream: false) < lengthSize)
            throw NpyError.Malformed("it ends inside the header length");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxHeaderLength)
            throw NpyError.Malformed($"header of {length} bytes; at most {MaxHeaderLength} are allowed");
        var header = new byte[(int)length];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw NpyError.Malformed($"it ends inside the header of {length} bytes");
        return (NpyHeader.Parse((major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(header)), start.Length + lengthSize + header.Length);
    }

    private static byte[] ReadBytes(Stream stream, int length)
    {
        // What is allocated follows what arrives, not what the header declares.
        const int FirstBlock = 1 << 20;
        var bytes = new byte[Math.Min(length, FirstBlock)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            if (filled < bytes.Length)
                throw NpyError.Malformed($"it ends after {filled} of {length} bytes of data");
            if (filled == length)
                return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, (long)bytes.Length * 2));
        }
    }

    private static byte[] HeaderOf(ReadOnlySpan<long> shape)
    {
        var extents = new string[shape.Length];
        for (var i = 0; i < extents.Length; i++)
            extents[i] = shape[i].ToString(CultureInfo.InvariantCulture);
        var tuple = extents.Length == 1 ? $"({extents[0]},)" : $"({string.Join(", ", extents)})";
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}";
        var prefix = Magic.Length + 2 + sizeof(ushort);
        var total = (prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[total];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length + 2), (ushort)(total - prefix));
        Encoding.ASCII.GetBytes(text.PadRight(total - prefix - 1) + "\n", header.AsSpan(prefix));
        return header;
    }

    private static void RequireMatch(ReadOnlySpan<long> shape, int count)
    {
        if (shape.Length > NpyHeader.MaxRank)
            throw new ArgumentException($"at most {NpyHeader.MaxRank} dimensions", nameof(shape));
        Int128 product = 1;
        foreach (var extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(shape));
            product = extent == 0 ? 0 : product > long.MaxValue ? product : product * extent;
        }
        if (product != count)
            throw new ArgumentException($"shape has {product} elements, values {count}", nameof(shape));
    }
}
