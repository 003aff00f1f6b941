using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Stores.Archives;

/// <summary>The <c>index.json</c> of an OCI image layout: one line for each version, named <c>family/1.1.0</c>.</summary>
internal static class ImageIndex
{
    /// <summary>The longest that is read. A version takes some 300 bytes of it: 100,000 are 30 MiB.</summary>
    public const int MaxLength = 256 << 20;

    private const string MediaType = "application/vnd.oci.image.index.v1+json";
    private const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>Writes the index of versions, and of what another index has beside them.</summary>
    public static byte[] Write(IEnumerable<(ModelId Id, OciImage Image)> versions, IEnumerable<JsonElement> others) => [.. OciImage.Write(json =>
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaType);
        json.WriteStartArray("manifests");
        foreach (var (id, image) in versions)
        {
            json.WriteStartObject();
            json.WriteString("mediaType", OciImage.MediaType);
            json.WriteString("digest", image.Image.Digest.Value);
            json.WriteNumber("size", image.Image.Content.Length);
            json.WriteStartObject("annotations");
            json.WriteString(RefName, id.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
        }

        foreach (var other in others) other.WriteTo(json);
        json.WriteEndArray();
    }), (byte)'\n'];

    /// <summary>The lines of an index that are about none of these families.</summary>
    public static IReadOnlyList<JsonElement> Others(ReadOnlyMemory<byte> index, IReadOnlySet<string> families)
    {
        using var document = JsonDocument.Parse(index);
        return [.. document.RootElement.GetProperty("manifests").EnumerateArray().Where(line => Name(line) is not { } name || !families.Contains(name.Split('/')[0])).Select(line => line.Clone())];
    }

    /// <summary>The digests of the images that an index names.</summary>
    /// <exception cref="ModelRegistryException">MR0326: not an index.</exception>
    public static IReadOnlyList<Digest> Images(ReadOnlyMemory<byte> index)
    {
        try
        {
            using var document = JsonDocument.Parse(index, new JsonDocumentOptions { MaxDepth = 32 });
            return [.. document.RootElement.GetProperty("manifests").EnumerateArray().Select(line => Digest.Parse(line.GetProperty("digest").GetString()!))];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentNullException)
        {
            throw Codes.ArchiveInvalid.Error("its index.json is no index of images", "export it again", failure);
        }
    }

    private static string? Name(JsonElement line) =>
        line.TryGetProperty("annotations", out var annotations) && annotations.TryGetProperty(RefName, out var name) ? name.GetString() : null;
}
