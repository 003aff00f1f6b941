using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>
/// How a version was made, as whoever made it states: an in-toto statement whose subjects are the manifest and every file, with the predicate of
/// SLSA provenance 1 (https://slsa.dev/spec/v1.0/provenance). All of it comes from the manifest's lineage.
/// </summary>
internal sealed record Provenance
{
    public const string Predicate = "https://slsa.dev/provenance/v1";
    private const string BuildType = "urn:modelregistry:training:v1";
    private const string GitPrefix = "git+";
    private const string BranchPrefix = "@refs/heads/";

    /// <summary>SHA-256 of every subject by its name.</summary>
    public required ImmutableDictionary<string, Digest> Subjects { get; init; }

    /// <summary>What made it, as CI names itself.</summary>
    public required string Builder { get; init; }

    /// <summary>The repository of the training source.</summary>
    public string? Repository { get; init; }

    /// <summary>Its branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Its commit.</summary>
    public string? Commit { get; init; }

    /// <summary>What a manifest is called among the subjects.</summary>
    public static string ManifestName(ModelId id) => $"registry/{id.Name}/versions/{id.Version}.json";

    /// <summary>Whether it is about exactly this version: every file, and the manifest where it names one.</summary>
    public bool IsAbout(Manifest manifest, Digest manifestDigest) =>
        manifest.Files.All(file => Subjects.ContainsValue(file.Digest))
        && (!Subjects.TryGetValue(ManifestName(manifest.Id), out var named) ? !Subjects.Keys.Any(name => name.StartsWith("registry/", StringComparison.Ordinal)) : named == manifestDigest);

    public static Provenance Read(ReadOnlyMemory<byte> payload)
    {
        using var json = JsonShape.Parse(payload);
        var root = json.RootElement;
        if (root.Member("_type").Text("_type") is not ModelStatement.Type) throw new FormatException("it signs no in-toto statement of version 1");
        if (root.Member("predicateType").Text("predicateType") is not Predicate) throw new FormatException("it signs no SLSA provenance of version 1");
        var subjects = ImmutableDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
        foreach (var subject in root.Member("subject").Items("subject", SigningLimits.MaxResources))
        {
            var name = subject.Member("name").Text("name");
            if (!Digest.TryParse("sha256:" + subject.Member("digest").Member("sha256").Text("digest"), out var digest)) throw new FormatException($"the digest of '{Printable.Quote(name)}' is not a SHA-256 in hex");
            if (!subjects.TryAdd(name, digest)) throw new FormatException($"it names '{Printable.Quote(name)}' twice");
        }

        var predicate = root.Member("predicate");
        var (repository, branch, commit) = Source(predicate.Member("buildDefinition"));
        return new Provenance { Subjects = subjects.ToImmutable(), Builder = predicate.Member("runDetails").Member("builder").Member("id").Text("id"), Repository = repository, Branch = branch, Commit = commit };
    }

    /// <summary>The statement for a version. The same version and builder give the same bytes.</summary>
    public static byte[] Write(Manifest manifest, Digest manifestDigest, string builder)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("_type", ModelStatement.Type);
            json.WriteStartArray("subject");
            Subject(json, ManifestName(manifest.Id), manifestDigest);
            foreach (var file in manifest.Files.OrderBy(file => file.Path.Value, CodePointOrder.Instance)) Subject(json, file.Path.Value, file.Digest);
            json.WriteEndArray();
            json.WriteString("predicateType", Predicate);
            json.WriteStartObject("predicate");
            json.WriteStartObject("buildDefinition");
            json.WriteString("buildType", BuildType);
            json.WriteStartObject("externalParameters");
            json.WriteStartObject("hyperparameters");
            foreach (var (name, value) in manifest.Hyperparameters)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("resolvedDependencies");
            Dependencies(json, manifest.Lineage);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("runDetails");
            json.WriteStartObject("builder");
            json.WriteString("id", builder);
            json.WriteEndObject();
            if (manifest.Lineage?.Run is { } run)
            {
                json.WriteStartObject("metadata");
                json.WriteString("invocationId", run);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Dependencies(Utf8JsonWriter json, Lineage? lineage)
    {
        if (lineage?.Commit is { } commit)
        {
            json.WriteStartObject();
            if (lineage.Repository is { } repository) json.WriteString("uri", GitPrefix + repository + (lineage.Branch is { } branch ? BranchPrefix + branch : ""));
            json.WriteString("name", "source");
            json.WriteStartObject("digest");
            json.WriteString("gitCommit", commit);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (lineage?.Dataset is { } dataset) Dependency(json, $"dataset:{dataset.Name}{(dataset.Version is null ? "" : $"@{dataset.Version}")}", "dataset", dataset.Digest);
        if (lineage?.Parent is { } parent) Dependency(json, $"model:{parent}", "parent", null);
    }

    private static void Dependency(Utf8JsonWriter json, string uri, string name, Digest? digest)
    {
        json.WriteStartObject();
        json.WriteString("uri", uri);
        json.WriteString("name", name);
        if (digest is not null)
        {
            json.WriteStartObject("digest");
            json.WriteString("sha256", digest.Hex);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Subject(Utf8JsonWriter json, string name, Digest digest)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("digest");
        json.WriteString("sha256", digest.Hex);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // The source is the dependency that has a commit of git.
    private static (string? Repository, string? Branch, string? Commit) Source(JsonElement definition)
    {
        foreach (var dependency in definition.Optional("resolvedDependencies")?.Items("resolvedDependencies", SigningLimits.MaxResources) ?? [])
        {
            if (dependency.Optional("digest")?.Optional("gitCommit")?.Text("gitCommit") is not { } commit) continue;
            var uri = dependency.Optional("uri")?.Text("uri") ?? "";
            if (uri.StartsWith(GitPrefix, StringComparison.Ordinal)) uri = uri[GitPrefix.Length..];
            var at = uri.IndexOf(BranchPrefix, StringComparison.Ordinal);
            return (at < 0 ? NullIfEmpty(uri) : uri[..at], at < 0 ? null : uri[(at + BranchPrefix.Length)..], commit);
        }

        return default;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>How a version was made, as a signed statement says.</summary>
/// <param name="SignedBy">The key that signed it: 16 hex digits.</param>
/// <param name="Builder">What made it, as CI names itself.</param>
/// <param name="Repository">The repository of the training source.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Matches">Whether the statement is about exactly this version's files and manifest.</param>
public sealed record StatedProvenance(string SignedBy, string Builder, string? Repository, string? Branch, string? Commit, bool Matches);
