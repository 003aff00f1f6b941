using System.Collections.Immutable;

namespace ModelRegistry.Weights.Gguf;

/// <summary>
/// Reads GGUF files, versions 2 and 3: header, metadata, tensor table with quantised types. Source: docs/gguf.md of ggml; what its own
/// reader refuses (gguf.cpp) is refused here too.
/// </summary>
internal static class GgufReader
{
    private const int MaxRank = 4;
    private const int MaxName = 1024;

    /// <summary>Bytes that an entry of the tensor table takes at least: name length, rank, one extent, type, offset.</summary>
    private const int LeastEntry = 8 + 4 + 8 + 4 + 8;

    internal static bool Recognises(MappedFile file) => file.Peek(0, 4).SequenceEqual("GGUF"u8);

    /// <summary>Opens a file for which <see cref="Recognises"/> was true. Owns <paramref name="file"/> once it returns.</summary>
    /// <exception cref="WeightsFormatException">MR0517, MR0540 or MR0541.</exception>
    internal static WeightsFile Open(MappedFile file)
    {
        var cursor = new GgufCursor(file);
        cursor.Skip(4);
        var version = cursor.UInt32();
        if (version is not (2 or 3))
        {
            throw GgufError.Malformed((version & 0xffff) == 0 ? "its numbers are big endian, which is not read" : $"version {version} is not read, only 2 and 3", 4);
        }

        var tensorCount = cursor.UInt64();
        var pairs = cursor.UInt64();
        if (tensorCount > WeightsLimits.Tensors || (long)tensorCount > cursor.Left / LeastEntry)
        {
            throw GgufError.Malformed($"it declares {tensorCount} tensors, and {cursor.Left} bytes are left", 8);
        }

        var metadata = GgufMetadata.Read(ref cursor, pairs > long.MaxValue ? long.MaxValue : (long)pairs, out var alignment);
        var entries = new List<Entry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (ulong i = 0; i < tensorCount; i++)
        {
            var entry = ReadEntry(ref cursor);
            if (!names.Add(entry.Name))
            {
                throw GgufError.BadTensor(entry.Name, "it stands in the table twice", entry.At);
            }

            entries.Add(entry);
        }

        return new GgufFile(file, ToTensors(file, entries, Aligned(cursor.Position, alignment), alignment), metadata.SetItem("gguf.version", version == 2 ? "2" : "3"));
    }

    private static Entry ReadEntry(ref GgufCursor cursor)
    {
        var at = cursor.Position;
        var name = cursor.String("a tensor's name", MaxName);
        var rank = cursor.UInt32();
        if (rank > MaxRank)
        {
            throw GgufError.BadTensor(name, $"it has {rank} dimensions, more than {MaxRank}", at);
        }

        // The first extent is the one that steps by one; shapes are shown the other way round everywhere else.
        var shape = new long[rank];
        for (var i = (int)rank - 1; i >= 0; i--)
        {
            var extent = cursor.UInt64();
            shape[i] = extent <= long.MaxValue ? (long)extent : throw GgufError.BadTensor(name, $"an extent is {extent}", at);
        }

        var type = cursor.UInt32();
        var dtype = GgufTypes.Find(type) ?? throw GgufError.BadTensor(name, $"its type {type} is unknown", at);
        if (rank > 0 && shape[^1] % dtype.ElementsPerBlock() != 0)
        {
            throw GgufError.BadTensor(name, $"rows of {shape[^1]} do not fill blocks of {dtype.ElementsPerBlock()} ({dtype.DisplayName()})", at);
        }

        return new Entry(name, dtype, ImmutableArray.Create(shape), cursor.UInt64(), at);
    }

    private static List<Tensor> ToTensors(MappedFile file, List<Entry> entries, long start, long alignment)
    {
        var tensors = new List<Tensor>(entries.Count);
        long expected = 0;
        foreach (var entry in entries)
        {
            var length = Geometry.ByteLength(entry.DType, Geometry.ElementCount(entry.Shape, entry.Name), entry.Name);
            if (entry.Offset != (ulong)expected)
            {
                throw GgufError.BadTensor(entry.Name, $"its data is said to start at {entry.Offset}, and the data before it ends at {expected}", entry.At);
            }

            if (!file.Contains(start + expected, length))
            {
                throw GgufError.BadTensor(entry.Name, $"its {length} bytes at {start + expected} leave the file of {file.Length} bytes", entry.At);
            }

            tensors.Add(Tensor.Contiguous(
                Display.Escape(entry.Name), [new TensorKey(TensorKeyKind.Name, entry.Name)], entry.DType, entry.Shape, new TensorStorage(file, start + expected, length, entry.Name)));
            expected = Aligned(expected + length, alignment);
        }

        return entries.Count == 0 || file.Length <= start + expected
            ? tensors
            : throw new WeightsFormatException(WeightsCodes.TrailingData, $"{file.Length - start - expected} bytes follow the last tensor", $"byte {start + expected}", "run the scanner on this file");
    }

    private static long Aligned(long position, long alignment) => (position + alignment - 1) / alignment * alignment;

    private readonly record struct Entry(string Name, DType DType, ImmutableArray<long> Shape, ulong Offset, long At);
}

/// <summary>An open GGUF file: a model of llama.cpp, with what it says about itself.</summary>
internal sealed class GgufFile(MappedFile file, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string> metadata) : WeightsFile(file)
{
    public override WeightsFormat Format => WeightsFormat.Gguf;

    public override IReadOnlyList<Tensor> Tensors { get; } = tensors;

    public override IReadOnlyDictionary<string, string> Metadata { get; } = metadata;
}
