using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// A folder of artifacts as an OCI image layout (opencontainers/image-spec, image-layout.md):
/// <c>oci-layout</c>, <c>index.json</c>, <c>blobs/sha256/HEX</c>. Blobs are read-only; their name is the SHA-256 of their content.
/// </summary>
/// <param name="name">What messages call it.</param>
/// <param name="root">The folder, which need not exist.</param>
internal sealed class FolderStore(string name, string root) : IArtifactStore, IArtifactWriter, IArtifactLister, IArtifactRemover
{
    private const string LayoutFile = "oci-layout";

    public string Name { get; } = name;

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Whether its blobs are committed along with the manifests.</summary>
    public bool Tracked { get; init; }

    /// <summary>How long to wait for the lock that orders changes, and by which clock.</summary>
    public RegistryOptions Options { get; init; } = new();

    /// <summary>Never written.</summary>
    public bool ReadOnly { get; init; }

    public string Place => Root;

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
        RefuseLinks();
        Durable.CreateDirectory(Blobs);
        Durable.CreateDirectory(Sessions);
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
            Durable.CreateDirectory(Quarantine);
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

    /// <summary>What stands between the store's root and its blobs belongs to the store: a link there would lead reads and writes out of it.</summary>
    /// <exception cref="ModelRegistryException">MR0313: it is a link.</exception>
    public void RefuseLinks()
    {
        foreach (var folder in new[] { Path.Combine(Root, "blobs"), Blobs, Sessions, Quarantine })
        {
            if (new DirectoryInfo(folder).LinkTarget is { } target) throw LinkRefused(folder, target);
        }
    }

    /// <summary>Why a link in the store is not followed.</summary>
    public static ModelRegistryException LinkRefused(string path, string target) =>
        Codes.LinkInStore.Error($"{path} is a link to {target}; a store keeps its artifacts itself", "replace it by what it leads to, or name that folder as a store in registry.json");

    public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation)
    {
        var file = new FileInfo(BlobPath(artifact.Digest));
        return ValueTask.FromResult<long?>(file.Exists && file.LinkTarget is null ? file.Length : null);
    }

    public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation)
    {
        var path = BlobPath(artifact.Digest);
        if (!File.Exists(path)) return ValueTask.FromResult<ArtifactContent?>(null);
        try
        {
            if (new FileInfo(path).LinkTarget is { } target) throw LinkRefused(path, target);
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            offset = stream.Seek(Math.Min(offset, stream.Length), SeekOrigin.Begin);
            return ValueTask.FromResult<ArtifactContent?>(new ArtifactContent(stream, offset, stream.Length));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.StoreUnreadable.Error($"cannot read {path}: {failure.Message}", "check the permissions of the store", failure);
        }
    }

    public ValueTask<bool> PutAsync(Artifact artifact, string file, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (ReadOnly) throw Codes.StoreUnwritable.Error($"the store {Name} is read-only in registry.json", "choose another store");
        cancellation.ThrowIfCancellationRequested();
        using var session = IngestSession.Open(this);
        using (Lock(cancellation)) if (session.IsThere(artifact.Digest)) return ValueTask.FromResult(false);
        var staged = session.Stage(file, link: false, progress, cancellation);
        if (staged.Digest != artifact.Digest) throw Codes.DigestMismatch.Error($"{file} does not have the digest {artifact.Digest}", "run 'modelreg doctor'");
        // Under the lock: who collects this folder, as the local store of another registry, sees the blob before or after, and then it is young.
        using (Lock(cancellation)) return ValueTask.FromResult(session.Publish(staged));
    }

    private FileLock Lock(CancellationToken cancellation) => IngestSession.LockStore(this, Options.LockTimeout, Options.Clock, cancellation);

    public async IAsyncEnumerable<Digest> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var path in FolderFiles.Named(Blobs, "*"))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Digest.TryParse(Digest.Prefix + Path.GetFileName(path), out var digest)) yield return digest;
        }

        await Task.CompletedTask;
    }

    public ValueTask<bool> DeleteAsync(Artifact artifact, CancellationToken cancellation)
    {
        var path = BlobPath(artifact.Digest);
        if (ReadOnly) throw Codes.StoreUnwritable.Error($"the store {Name} is read-only in registry.json", "choose another store");
        if (!File.Exists(path)) return ValueTask.FromResult(false);
        return ValueTask.FromResult(AtomicFile.Guard(Codes.StoreUnwritable, $"the store {Root}", () =>
        {
            Materialise.Remove(path);
            return true;
        }));
    }

    private void WriteOnce(string file, string content)
    {
        var path = Path.Combine(Root, file);
        if (!File.Exists(path)) AtomicFile.TryCreate(path, System.Text.Encoding.UTF8.GetBytes(content + "\n"));
    }
}

/// <summary>Opens entries with a <c>path</c>: a folder beside the registry, or a share.</summary>
internal sealed class FolderStoreFactory : IArtifactStoreFactory
{
    public IArtifactStore? TryOpen(StoreSettings settings, string registry, RegistryOptions options) =>
        settings.Path is { } path ? new FolderStore(settings.Name, Path.Combine(registry, path)) { Options = options, Tracked = settings.Tracked, ReadOnly = settings.ReadOnly } : null;
}
