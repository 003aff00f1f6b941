using System.Buffers.Binary;

namespace ModelRegistry.Weights.Safetensors;

/// <summary>
/// Reads safetensors files as strictly as the reference parser does
/// (<see href="https://github.com/huggingface/safetensors#format"/>).
/// </summary>
internal static class SafetensorsReader
{
    /// <summary>The reference parser's bound.</summary>
    internal const long MaxHeaderLength = 100_000_000;

    private const int LengthSize = sizeof(ulong);

    /// <summary>Leading white space that detection looks past; the reference writer never makes any.</summary>
    private const int MaxLeadingSpace = 64;

    /// <summary>True when the content looks like safetensors; cheap, never throws for bad content.</summary>
    internal static bool Recognises(MappedFile file)
    {
        var start = file.Peek(0, LengthSize + MaxLeadingSpace + 2);
        if (start.Length <= LengthSize)
            return false;
        // Eight readable characters before the brace are text, e.g. other JSON, and no length that anyone would write.
        if (!start[..LengthSize].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return false;
        var text = start[LengthSize..].TrimStart(" \t\r\n"u8);
        // One byte of numbers in 256 is a brace: what follows it must begin a header too.
        return !text.IsEmpty && text[0] == '{' && (text[1..].TrimStart(" \t\r\n"u8) is not [var next, ..] || next is (byte)'"' or (byte)'}');
    }

    /// <summary>Opens a file for which <see cref="Recognises"/> was true. Owns <paramref name="file"/> once it returns.</summary>
    /// <exception cref="WeightsFormatException">MR0517 or MR0550 to MR0554.</exception>
    internal static WeightsFile Open(MappedFile file, WeightsReadOptions options)
    {
        var headerLength = ReadHeaderLength(file);
        var header = SafetensorsHeader.Parse(file.Slice(LengthSize, (int)headerLength), LengthSize);
        var dataStart = LengthSize + headerLength;
        // In the order of the data, as the reference lists them.
        var entries = header.Entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End).ToList();
        CheckLayout(entries, dataStart, file.Length);
        return new SafetensorsFile(file, entries.ConvertAll(entry => ToTensor(entry, file, dataStart)), header.Metadata);
    }

    private static long ReadHeaderLength(MappedFile file)
    {
        if (file.Length < LengthSize)
            throw BadLength($"the file of {file.Length} bytes ends inside the length of its header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthSize));
        if (length > MaxHeaderLength)
            throw BadLength($"the header declares {length} bytes, more than {MaxHeaderLength}");
        if ((long)length > file.Length - LengthSize)
            throw BadLength($"the header declares {length} bytes where {file.Length - LengthSize} are left");
        return (long)length;
    }

    private static void CheckLayout(List<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.End < entry.Start)
                throw SafetensorsError.Data($"tensor {Display.Quote(entry.Name)} ends at {entry.End}, before its start at {entry.Start}", dataStart + end);
            if (entry.Start > end)
                throw SafetensorsError.Data($"a hole from {end} to {entry.Start} stands before tensor {Display.Quote(entry.Name)}", dataStart + end);
            if (entry.Start < end)
                throw SafetensorsError.Data($"tensor {Display.Quote(entry.Name)} at {entry.Start} overlaps the one that ends at {end}", dataStart + entry.Start);
            CheckSize(entry, dataStart);
            end = entry.End;
        }
        if (end != fileLength - dataStart)
            throw SafetensorsError.Data($"the tensors take {end} bytes, the file holds {fileLength - dataStart}", dataStart + Math.Min(end, fileLength - dataStart));
    }

    private static void CheckSize(SafetensorsEntry entry, long dataStart)
    {
        var elements = Geometry.ElementCount(entry.Shape, entry.Name);
        if ((Int128)elements * entry.DType.BitsPerElement() % 8 != 0)
            throw SafetensorsError.Data($"tensor {Display.Quote(entry.Name)} does not fill whole bytes: {elements} elements of {SafetensorsTypes.NameOf(entry.DType)}", dataStart + entry.Start);
        var length = Geometry.ByteLength(entry.DType, elements, entry.Name);
        if (length != entry.End - entry.Start)
            throw SafetensorsError.Data($"tensor {Display.Quote(entry.Name)} has {entry.End - entry.Start} bytes where shape and dtype need {length}", dataStart + entry.Start);
    }

    private static Tensor ToTensor(SafetensorsEntry entry, MappedFile file, long dataStart) => Tensor.Contiguous(
        Display.Escape(entry.Name),
        [new TensorKey(TensorKeyKind.Name, entry.Name)],
        entry.DType,
        entry.Shape,
        new TensorStorage(file, dataStart + entry.Start, entry.End - entry.Start, entry.Name));

    private static WeightsFormatException BadLength(string what) =>
        new(SafetensorsError.HeaderLength, $"not a whole safetensors file: {what}", "byte 0", "fetch the file again");
}

/// <summary>An open safetensors file.</summary>
internal sealed class SafetensorsFile(MappedFile file, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string> metadata) : WeightsFile(file)
{
    public override WeightsFormat Format => WeightsFormat.Safetensors;

    public override IReadOnlyList<Tensor> Tensors { get; } = tensors;

    public override IReadOnlyDictionary<string, string> Metadata { get; } = metadata;
}
