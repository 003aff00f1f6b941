using System.Collections.Immutable;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Sharding;

/// <summary>A model in several files, read as one: every part is there, every tensor is where the index says, none is there twice.</summary>
internal sealed class ShardedFile : WeightsFile
{
    private readonly List<WeightsFile> _parts;

    private ShardedFile(ShardSet set, List<WeightsFile> parts, List<WeightsFinding> findings)
        : base(MappedFile.FromBytes(ReadOnlyMemory<byte>.Empty))
    {
        _parts = parts;
        Tensors = [.. parts.SelectMany(part => part.Tensors)];
        OtherTensors = [.. parts.SelectMany(part => part.OtherTensors)];
        Parts = [.. set.IndexPath is { } index ? [index] : Array.Empty<string>(), .. parts.SelectMany(part => part.Parts)];
        ExternalFiles = [.. parts.SelectMany(part => part.ExternalFiles).Distinct(StringComparer.Ordinal)];
        Findings = [.. findings, .. parts.SelectMany(part => part.Findings)];
        var metadata = parts[0].Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal).ToBuilder();
        foreach (var (key, value) in set.Index?.Metadata ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            metadata[Display.Escape(key)] = Display.Escape(value);
        }

        Metadata = metadata.ToImmutable();
    }

    public override WeightsFormat Format => _parts[0].Format;

    public override IReadOnlyList<Tensor> Tensors { get; }

    public override IReadOnlyList<Tensor> OtherTensors { get; }

    public override string StateDictPath => _parts[0].StateDictPath;

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    public override ModelSignature? Signature => _parts[0].Signature;

    public override IReadOnlyList<WeightsFinding> Findings { get; }

    public override IReadOnlyList<string> Parts { get; }

    public override IReadOnlyList<string> ExternalFiles { get; }

    public override long FileLength => _parts.Aggregate(0L, (sum, part) => Saturating.Add(sum, part.FileLength));

    /// <exception cref="WeightsFormatException">MR0533: a part is missing; MR0534: a tensor is missing, elsewhere or there twice; what the readers of the parts throw.</exception>
    internal static ShardedFile Open(ShardSet set, WeightsReadOptions options)
    {
        var parts = new List<WeightsFile>();
        try
        {
            foreach (var path in set.Paths())
            {
                parts.Add(OpenPart(path, options));
                if (parts[^1].Format != parts[0].Format)
                {
                    throw Lies(Path.GetFileName(path), $"it is {parts[^1].Format}, and the first part is {parts[0].Format}");
                }
            }

            return new ShardedFile(set, parts, Check(set, parts));
        }
        catch
        {
            foreach (var part in parts)
            {
                part.Dispose();
            }

            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var part in _parts)
            {
                part.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static WeightsFile OpenPart(string path, WeightsReadOptions options)
    {
        try
        {
            return Open(MappedFile.Open(path), options);
        }
        catch (WeightsFormatException e)
        {
            // Which of the parts it is, the part does not know.
            var where = e.Where is { Length: > 0 } at && at != path ? $"{Path.GetFileName(path)}, {at}" : Path.GetFileName(path);
            throw new WeightsFormatException(e.Code, e.Message, where, e.Hint, e) { Findings = e.Findings };
        }
    }

    private static List<WeightsFinding> Check(ShardSet set, List<WeightsFile> parts)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        var unlisted = new List<string>();
        for (var i = 0; i < parts.Count; i++)
        {
            var shard = set.Shards[i];
            foreach (var (name, _) in TensorNames.Of(parts[i]))
            {
                if (!places.TryAdd(name, shard))
                {
                    throw Lies(shard, $"tensor {Display.Quote(name)} is in {Display.Quote(places[name])} and in {Display.Quote(shard)}");
                }

                if (set.Index is not null && !set.Index.Files.ContainsKey(name))
                {
                    unlisted.Add(name);
                }
            }
        }

        if (places.Count > WeightsLimits.Tensors)
        {
            throw Lies("", $"the parts hold more than {WeightsLimits.Tensors} tensors");
        }

        foreach (var (name, shard) in set.Index?.Files ?? ImmutableDictionary<string, string>.Empty)
        {
            if (!places.TryGetValue(name, out var place))
            {
                throw Lies(shard, $"tensor {Display.Quote(name)} is not in {Display.Quote(shard)}, where the index says it is");
            }

            if (place != shard)
            {
                throw Lies(shard, $"tensor {Display.Quote(name)} is in {Display.Quote(place)}, and the index says {Display.Quote(shard)}");
            }
        }

        return unlisted.Count == 0 ? [] : [new WeightsFinding(WeightsCodes.ShardUnlisted, $"{unlisted.Count} tensors are in the parts and not in the index, such as {Display.Quote(unlisted[0])}", "")];
    }

    private static WeightsFormatException Lies(string where, string what) =>
        new(WeightsCodes.ShardContent, $"the parts of the model do not fit together: {what}", where, "fetch all parts and the index from one place");
}
