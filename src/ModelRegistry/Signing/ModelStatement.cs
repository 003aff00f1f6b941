using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>
/// What a signature says of a model: the digest of each of its files. An in-toto statement, version 1, with the predicate of
/// OpenSSF Model Signing 1.0; the form of version 0.2.0 of the reference implementation is read and never written.
/// </summary>
internal sealed record ModelStatement
{
    public const string Type = "https://in-toto.io/Statement/v1";
    public const string Predicate = "https://model_signing/signature/v1.0";
    public const string OldPredicate = "https://model_signing/Digests/v0.1";
    private const string HashType = "sha256";

    /// <summary>The model's name. It says nothing that is checked.</summary>
    public required string Name { get; init; }

    /// <summary>Every file or shard, in the order of the statement.</summary>
    public required ImmutableArray<SignedResource> Resources { get; init; }

    /// <summary>Paths from the model's root that were left out when it was signed.</summary>
    public ImmutableArray<string> IgnoredPaths { get; init; } = [];

    /// <summary>The length of a shard in bytes; null where whole files are signed.</summary>
    public long? ShardSize { get; init; }

    public static ModelStatement Read(ReadOnlyMemory<byte> payload)
    {
        using var json = JsonShape.Parse(payload);
        var root = json.RootElement;
        if (root.Member("_type").Text("_type") is not Type) throw new FormatException("it signs no in-toto statement of version 1");
        var predicateType = root.Member("predicateType").Text("predicateType");
        return predicateType switch
        {
            Predicate => ReadCurrent(root),
            OldPredicate => ReadOld(root),
            _ => throw new FormatException($"it signs '{Printable.Quote(predicateType)}', not a model"),
        };
    }

    /// <summary>The statement as JSON. The same files give the same bytes.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("_type", Type);
            json.WriteStartArray("subject");
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteStartObject("digest");
            json.WriteString(HashType, RootDigest(Resources));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("predicateType", Predicate);
            json.WriteStartObject("predicate");
            json.WriteStartObject("serialization");
            json.WriteString("method", "files");
            json.WriteString("hash_type", HashType);
            json.WriteBoolean("allow_symlinks", false);
            json.WriteStartArray("ignore_paths");
            foreach (var path in IgnoredPaths) json.WriteStringValue(path);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("resources");
            foreach (var resource in Resources)
            {
                json.WriteStartObject();
                json.WriteString("name", resource.Name);
                json.WriteString("algorithm", HashType);
                json.WriteString("digest", resource.Digest.Hex);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static ModelStatement ReadCurrent(JsonElement root)
    {
        var subjects = root.Member("subject").Items("subject", most: 1).ToList();
        if (subjects.Count != 1) throw new FormatException("it has no subject");
        var name = subjects[0].Member("name").Text("name");
        if (name.Length > SigningLimits.MaxNameLength) throw new FormatException("the name of its subject is too long");
        var rootDigest = subjects[0].Member("digest").Member(HashType).Text("digest");
        var predicate = root.Member("predicate");
        var serialization = predicate.Member("serialization");
        if (serialization.Member("hash_type").Text("hash_type") is var hash and not HashType) throw new FormatException($"its files are hashed with '{Printable.Quote(hash)}'; only sha256 is read here");
        if (serialization.Member("allow_symlinks").ValueKind != JsonValueKind.False) throw new FormatException("its allow_symlinks is not false; a signature over followed links is not read here");
        var shardSize = serialization.Member("method").Text("method") switch
        {
            "files" => (long?)null,
            "shards" => serialization.Member("shard_size") is { ValueKind: JsonValueKind.Number } size && size.TryGetInt64(out var length) && length > 0 ? length : throw new FormatException("its shard_size is not a positive number"),
            var method => throw new FormatException($"its method is '{Printable.Quote(method)}', neither files nor shards"),
        };
        var resources = predicate.Member("resources").Items("resources", SigningLimits.MaxResources)
            .Select(resource => Resource(resource, shardSize is not null)).ToImmutableArray();
        CheckDistinct(resources);
        if (shardSize is { } shard) CheckShards(resources, shard);
        if (rootDigest != RootDigest(resources)) throw new FormatException("the digest of its subject is not that of its files");
        var ignored = serialization.Optional("ignore_paths")?.Items("ignore_paths", SigningLimits.MaxResources).Select(path => path.Text("ignore_paths")) ?? [];
        return new ModelStatement { Name = name, Resources = resources, ShardSize = shardSize, IgnoredPaths = [.. ignored] };
    }

    private static ModelStatement ReadOld(JsonElement root)
    {
        var resources = root.Member("subject").Items("subject", SigningLimits.MaxResources)
            .Select(subject => SignedResource.Read(subject.Member("name").Text("name"), subject.Member("digest").Member(HashType).Text("digest"), isShard: false))
            .ToImmutableArray();
        CheckDistinct(resources);
        return new ModelStatement { Name = "model", Resources = resources };
    }

    private static SignedResource Resource(JsonElement resource, bool isShard)
    {
        if (resource.Member("algorithm").Text("algorithm") is var algorithm and not HashType) throw new FormatException($"a file is hashed with '{Printable.Quote(algorithm)}'; only sha256 is read here");
        return SignedResource.Read(resource.Member("name").Text("name"), resource.Member("digest").Text("digest"), isShard);
    }

    private static void CheckDistinct(ImmutableArray<SignedResource> resources)
    {
        if (resources.IsEmpty) throw new FormatException("it covers no file");
        if (resources.Length > 1 && resources.Any(resource => resource.Path == SignedResource.Itself)) throw new FormatException("it names the model itself among its files");
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (resources.FirstOrDefault(resource => !names.Add(resource.Name)) is { } twice) throw new FormatException($"it names '{Printable.Quote(twice.Name)}' twice");
    }

    // The shards of a file begin at 0 and follow one another; only the last may be shorter.
    private static void CheckShards(ImmutableArray<SignedResource> resources, long size)
    {
        foreach (var file in resources.GroupBy(resource => resource.Path, StringComparer.Ordinal))
        {
            var (next, isLast) = (0L, false);
            foreach (var (start, end) in file.Select(shard => shard.Range!.Value).Order())
            {
                if (isLast || start != next || end - start > size) throw new FormatException($"the shards of '{Printable.Quote(file.Key)}' do not cover it");
                (next, isLast) = (end, end - start < size);
            }
        }
    }

    private static string RootDigest(ImmutableArray<SignedResource> resources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var resource in resources) hash.AppendData(Convert.FromHexString(resource.Digest.Hex));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
