using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// A folder of artifacts as an OCI image layout (opencontainers/image-spec, image-layout.md):
/// <c>oci-layout</c>, <c>index.json</c>, <c>blobs/sha256/HEX</c>. Blobs are read-only; their name is the SHA-256 of their content.
/// </summary>
internal sealed class FolderStore(string name, string root, bool tracked)
{
    private const string LayoutFile = "oci-layout";

    public string Name { get; } = name;

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Whether its blobs are committed along with the manifests.</summary>
    public bool Tracked { get; } = tracked;

    public string Blobs => Path.Combine(Root, "blobs", "sha256");

    /// <summary>Where ingests under way keep their files, one folder each.</summary>
    public string Sessions => Path.Combine(Root, "tmp");

    /// <summary>Where altered blobs are put aside.</summary>
    public string Quarantine => Path.Combine(Root, "quarantine");

    public string LockFile => Path.Combine(Sessions, "lock");

    public string BlobPath(Digest digest) => Path.Combine(Blobs, digest.Hex);

    public bool TryFind(Digest digest, [NotNullWhen(true)] out string? path)
    {
        path = BlobPath(digest);
        if (File.Exists(path)) return true;
        path = null;
        return false;
    }

    /// <summary>Makes the layout where it is not there yet. Git never sees the blobs of a store that is not tracked.</summary>
    public void Create() => AtomicFile.Guard(Codes.StoreUnwritable, $"the store {Root}", () =>
    {
        Directory.CreateDirectory(Blobs);
        Directory.CreateDirectory(Sessions);
        WriteOnce(LayoutFile, """{"imageLayoutVersion":"1.0.0"}""");
        WriteOnce("index.json", """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""");
        WriteOnce(".gitignore", Tracked ? "/tmp/\n/quarantine/" : "*");
        if (Tracked) WriteOnce(".gitattributes", "blobs/** -text -diff -merge\n* eol=lf");
        return true;
    });

    /// <summary>The files of the layout that are committed in a tracked store.</summary>
    public IEnumerable<string> LayoutFiles =>
        new[] { LayoutFile, "index.json", ".gitignore", ".gitattributes" }.Select(file => Path.Combine(Root, file));

    /// <summary>Moves a blob that is not what its name says out of the way; false where the store cannot be written.</summary>
    public bool TryQuarantine(Digest digest)
    {
        try
        {
            Directory.CreateDirectory(Quarantine);
            File.Move(BlobPath(digest), Path.Combine(Quarantine, $"{digest.Hex}.{Path.GetRandomFileName()}"));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether an altered copy of a blob was put aside.</summary>
    public bool HasQuarantined(Digest digest) => Directory.Exists(Quarantine) && Directory.EnumerateFiles(Quarantine, digest.Hex + ".*").Any();

    private void WriteOnce(string file, string content)
    {
        var path = Path.Combine(Root, file);
        if (!File.Exists(path)) AtomicFile.TryCreate(path, System.Text.Encoding.UTF8.GetBytes(content + "\n"));
    }
}
