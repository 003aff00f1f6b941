using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Archives;

namespace ModelRegistry.Collecting;

/// <summary>What the <c>index.json</c> of a store names, so that OCI clients can go on copying it: images, their configurations and layers.</summary>
internal static class IndexRoots
{
    private const int MaxDepth = 8;

    // An image names its own few files.
    private const long MaxIndexLength = ImageIndex.MaxLength, MaxImageLength = 4 << 20;

    /// <exception cref="ModelRegistryException">MR0260: the index, or an image that it names, cannot be read.</exception>
    public static IReadOnlySet<Digest> Read(FolderStore store)
    {
        var roots = new HashSet<Digest>();
        var index = Path.Combine(store.Root, "index.json");
        if (File.Exists(index)) Follow(index, MaxIndexLength, store, roots, MaxDepth);
        return roots;
    }

    private static void Follow(string path, long longest, FolderStore store, HashSet<Digest> roots, int depth)
    {
        try
        {
            if (new FileInfo(path).Length > longest) throw new JsonException($"it is longer than {longest} bytes");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 32 });
            foreach (var (digest, isDocument) in Named(document.RootElement).ToList())
            {
                if (!roots.Add(digest) || !isDocument || !File.Exists(store.BlobPath(digest))) continue;
                if (depth == 0) throw new JsonException("images name images too deeply");
                Follow(store.BlobPath(digest), MaxImageLength, store, roots, depth - 1);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw Codes.CollectionStopped.Error($"{path} cannot be read, so what it names is not known and nothing was collected: {failure.Message}", "write it anew with 'modelreg store index'", failure);
        }
    }

    // image-spec: an index names manifests, which are documents themselves; a manifest names its configuration, its layers and a subject.
    private static IEnumerable<(Digest Digest, bool IsDocument)> Named(JsonElement document)
    {
        foreach (var (list, isDocument) in new[] { ("manifests", true), ("layers", false), ("blobs", false) })
        {
            if (!document.TryGetProperty(list, out var lines)) continue;
            foreach (var line in lines.EnumerateArray()) yield return (DigestOf(line), isDocument);
        }

        if (document.TryGetProperty("config", out var config)) yield return (DigestOf(config), false);
        if (document.TryGetProperty("subject", out var subject)) yield return (DigestOf(subject), true);
    }

    private static Digest DigestOf(JsonElement descriptor) =>
        descriptor.TryGetProperty("digest", out var text) && Digest.TryParse(text.GetString(), out var digest) ? digest : throw new JsonException("a descriptor has no SHA-256 digest");
}
