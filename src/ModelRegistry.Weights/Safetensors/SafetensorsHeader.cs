using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace ModelRegistry.Weights.Safetensors;

/// <summary>The JSON header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    internal const string MetadataKey = "__metadata__";

    /// <summary>Root, tensor, shape; anything an extension adds inside a tensor gets some room.</summary>
    private const int MaxDepth = 16;

    private readonly List<SafetensorsEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader()
    {
    }

    /// <summary>Tensors in the order of the header.</summary>
    public List<SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <param name="json">The header without its length.</param>
    /// <param name="offset">Where it starts in the file, for messages.</param>
    /// <exception cref="WeightsFormatException">MR0551, MR0552 or MR0554.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long offset)
    {
        // The JSON reader looks at the bytes of a string only when the string is asked for.
        if (!Utf8.IsValid(json))
            throw SafetensorsError.Json("it is not UTF-8", offset);
        var header = new SafetensorsHeader();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            header.ReadRoot(ref reader, offset);
        }
        catch (JsonException e)
        {
            throw SafetensorsError.Json(Display.Escape(e.Message), offset + reader.BytesConsumed, e);
        }
        catch (InvalidOperationException e)
        {
            // What GetString throws for half of a surrogate pair.
            throw SafetensorsError.Json("a string holds an unpaired surrogate", offset + reader.TokenStartIndex, e);
        }
        return header;
    }

    private void ReadRoot(ref Utf8JsonReader reader, long offset)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw SafetensorsError.Json("it is not a JSON object", offset);
        while (Next(ref reader).TokenType != JsonTokenType.EndObject)
        {
            var at = offset + reader.TokenStartIndex;
            var name = reader.GetString()!;
            if (!_names.Add(name))
                throw SafetensorsError.Json($"key {Display.Quote(name)} stands in it twice", at);
            Next(ref reader);
            if (name == MetadataKey)
                ReadMetadata(ref reader, offset);
            else if (_entries.Count == WeightsLimits.Tensors)
                throw SafetensorsError.Json($"it lists more than {WeightsLimits.Tensors} tensors", at);
            else
                _entries.Add(ReadEntry(ref reader, name, offset));
        }
        if (reader.Read())
            throw SafetensorsError.Json("something follows the JSON object", offset + reader.TokenStartIndex);
    }

    private void ReadMetadata(ref Utf8JsonReader reader, long offset)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw NotText("it is not an object", offset + reader.TokenStartIndex);
        while (Next(ref reader).TokenType != JsonTokenType.EndObject)
        {
            var at = offset + reader.TokenStartIndex;
            var key = reader.GetString()!;
            if (Next(ref reader).TokenType != JsonTokenType.String)
                throw NotText($"the value of {Display.Quote(key)} is not a string", at);
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw SafetensorsError.Json($"key {Display.Quote(key)} stands in {MetadataKey} twice", at);
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, long offset)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw SafetensorsError.Entry(name, "its description is not an object", offset + reader.TokenStartIndex);
        DType? dtype = null;
        ImmutableArray<long> shape = default;
        ImmutableArray<long> offsets = default;
        var start = offset + reader.TokenStartIndex;
        HashSet<string>? others = null;
        while (Next(ref reader).TokenType != JsonTokenType.EndObject)
        {
            var at = offset + reader.TokenStartIndex;
            var key = reader.GetString()!;
            Next(ref reader);
            switch (key)
            {
                case "dtype" when dtype is null:
                    dtype = ReadType(ref reader, name, at);
                    break;
                case "shape" when shape.IsDefault:
                    shape = ReadNumbers(ref reader, name, key, WeightsLimits.Rank, at);
                    break;
                case "data_offsets" when offsets.IsDefault:
                    offsets = ReadNumbers(ref reader, name, key, 2, at);
                    break;
                // Further keys mean nothing to the format, which ignores them.
                case not ("dtype" or "shape" or "data_offsets") when (others ??= new(StringComparer.Ordinal)).Add(key):
                    reader.Skip();
                    break;
                default:
                    throw SafetensorsError.Json($"key {Display.Quote(key)} stands in tensor {Display.Quote(name)} twice", at);
            }
        }
        if (dtype is not { } type || shape.IsDefault || offsets.IsDefault)
            throw SafetensorsError.Entry(name, "it lacks one of dtype, shape and data_offsets", start);
        return offsets.Length == 2
            ? new SafetensorsEntry(name, type, shape, offsets[0], offsets[1])
            : throw SafetensorsError.Entry(name, "data_offsets are not two numbers", start);
    }

    private static DType ReadType(ref Utf8JsonReader reader, string name, long at)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw SafetensorsError.Entry(name, "its dtype is not a string", at);
        var text = reader.GetString()!;
        return SafetensorsTypes.Find(text) ?? throw SafetensorsError.Entry(name, $"dtype {Display.Quote(text)} is unknown", at);
    }

    private static ImmutableArray<long> ReadNumbers(ref Utf8JsonReader reader, string name, string key, int maxCount, long at)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw SafetensorsError.Entry(name, $"{key} is not an array", at);
        Span<long> numbers = stackalloc long[maxCount];
        var count = 0;
        while (Next(ref reader).TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan[0] == '-' || !reader.TryGetInt64(out var number))
                throw SafetensorsError.Entry(name, $"{key} holds something other than a non-negative integer", at);
            if (count == maxCount)
                throw SafetensorsError.Entry(name, $"{key} holds more than {maxCount} numbers", at);
            numbers[count++] = number;
        }
        return ImmutableArray.Create(numbers[..count]);
    }

    /// <summary>The next token; a header that ends early makes the reader itself throw.</summary>
    private static ref Utf8JsonReader Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }

    private static WeightsFormatException NotText(string what, long at) =>
        new(SafetensorsError.Metadata, $"safetensors {MetadataKey} may hold strings only: {what}", $"byte {at}");
}

/// <summary>A tensor as a safetensors header states it; offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, DType DType, ImmutableArray<long> Shape, long Start, long End);
