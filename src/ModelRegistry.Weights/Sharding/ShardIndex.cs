using System.Collections.Immutable;
using System.Text.Json;

namespace ModelRegistry.Weights.Sharding;

/// <summary>
/// The index of a sharded model, <c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>: which part holds which tensor.
/// Written by <c>save_pretrained</c> of transformers and diffusers.
/// </summary>
internal sealed class ShardIndex
{
    private const int MaxBytes = 256 << 20;
    private const int MaxDepth = 16;
    private const int MaxMetadata = 1000;

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<string> _shards = [];

    private ShardIndex()
    {
    }

    /// <summary>Tensor to file.</summary>
    internal IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>The files, in the order in which they are first named.</summary>
    internal IReadOnlyList<string> Shards => _shards;

    internal ImmutableSortedDictionary<string, string> Metadata => _metadata.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Whether a file's name is that of an index: its content does not tell it from other JSON.</summary>
    internal static bool IsNamed(string fileName) => fileName.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="WeightsFormatException">MR0532: it is no index; MR0502: it cannot be read.</exception>
    internal static ShardIndex Read(MappedFile file)
    {
        var where = Path.GetFileName(file.Path) ?? "index";
        if (file.Length > MaxBytes)
        {
            throw Bad(where, $"it has {file.Length} bytes, more than {MaxBytes}");
        }

        var index = new ShardIndex();
        var reader = new Utf8JsonReader(file.Slice(0, (int)file.Length).TrimStart("\uFEFF"u8), new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            index.ReadRoot(ref reader, where);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightsFormatException(WeightsCodes.ShardIndex, $"the index of a sharded model cannot be read: {Display.Escape(e.Message)}", where, "fetch it again", e);
        }

        return index._files.Count > 0 ? index : throw Bad(where, "it has no weight_map");
    }

    private void ReadRoot(ref Utf8JsonReader reader, string where)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(where, "it is not a JSON object");
        }

        while (Next(ref reader).TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString();
            Next(ref reader);
            switch (key)
            {
                case "weight_map" when reader.TokenType == JsonTokenType.StartObject && _files.Count == 0:
                    ReadMap(ref reader, where);
                    break;
                case "metadata" when reader.TokenType == JsonTokenType.StartObject:
                    ReadMetadata(ref reader);
                    break;
                case "weight_map":
                    throw Bad(where, "its weight_map is no object, or stands in it twice");
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadMap(ref Utf8JsonReader reader, string where)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next(ref reader).TokenType != JsonTokenType.EndObject)
        {
            var tensor = reader.GetString()!;
            var shard = Next(ref reader).TokenType == JsonTokenType.String ? reader.GetString()! : throw Bad(where, $"the file of tensor {Display.Quote(tensor)} is not a text");
            if (shard.Length is 0 or > 255 || shard is "." or ".." || shard.AsSpan().ContainsAny("/\\:\0"))
            {
                throw Bad(where, $"tensor {Display.Quote(tensor)} is said to be in {Display.Quote(shard)}, which is no plain file name beside the index");
            }

            if (!_files.TryAdd(tensor, shard))
            {
                throw Bad(where, $"tensor {Display.Quote(tensor)} stands in it twice");
            }

            if (seen.Add(shard))
            {
                _shards.Add(shard);
            }

            if (_files.Count > WeightsLimits.Tensors || _shards.Count > ShardName.MaxShards)
            {
                throw Bad(where, $"it names more than {WeightsLimits.Tensors} tensors or {ShardName.MaxShards} files");
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (Next(ref reader).TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            Next(ref reader);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                reader.Skip();
            }
            else if (_metadata.Count < MaxMetadata)
            {
                _metadata[key] = reader.TokenType == JsonTokenType.String ? reader.GetString()! : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
            }
        }
    }

    /// <summary>The next token; an index that ends early makes the reader itself throw.</summary>
    private static ref Utf8JsonReader Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }

    private static WeightsFormatException Bad(string where, string what) => new(WeightsCodes.ShardIndex, $"the index of a sharded model cannot be read: {what}", where, "fetch it again");
}
