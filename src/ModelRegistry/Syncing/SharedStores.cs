using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.History;
using ModelRegistry.Json;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Oci;
using ModelRegistry.Stores.Pushing;

namespace ModelRegistry.Syncing;

/// <summary>The stores that others read from: artifacts come there before a manifest is published, images and their tags after it.</summary>
internal sealed class SharedStores(RegistryContext registry)
{
    private readonly HashSet<Digest> _sent = [];
    private readonly HashSet<ModelId> _versions = [];
    private readonly List<IArtifactStore> _stores = [.. registry.Settings.Stores.Where(entry => entry.Share).Select(entry => registry.AllStores.Named.FirstOrDefault(store => store.Name == entry.Name)).OfType<IArtifactStore>()];

    /// <summary>Sends the artifacts of every version that the commits register, to each of the stores.</summary>
    /// <exception cref="ModelRegistryException">What the store or the missing artifact says; nothing was published then.</exception>
    public void PutArtifacts(GitRepository repository, IEnumerable<GitCommitRecord> commits, CancellationToken cancellation)
    {
        if (_stores.Count == 0) return;
        var root = repository.TryPathOf(registry.Layout.Root)?.Value;
        var prefix = root is null ? "" : root + "/";
        var added = commits.SelectMany(c => c.Changes)
            .Where(c => c is { Before: null, After: not null } && c.Path.StartsWith(prefix, StringComparison.Ordinal) && RegistryFact.Of(c.Path[prefix.Length..]) is { Kind: FactKind.Manifest, Id: not null })
            .Select(c => c.After!).Distinct().ToList();
        foreach (var content in repository.Reader.ReadBlobs(added, cancellation))
        {
            var manifest = Read(content);
            _versions.Add(manifest.Id);
            foreach (var file in manifest.Files.Where(f => !_sent.Contains(f.Digest) && !StaysAtItsOrigin(manifest, f)))
            {
                foreach (var store in _stores) Put(store, manifest.Id, file, cancellation);
                _sent.Add(file.Digest);
            }
        }
    }

    /// <summary>Gives the published versions their images, under the numbers that they have now.</summary>
    public void PutImages(IEnumerable<VersionRename> renames, CancellationToken cancellation)
    {
        var names = renames.ToDictionary(r => r.From, r => r.To);
        var pusher = new Pusher(registry);
        var stores = _stores.Where(store => store is IImageStore and IArtifactWriter).ToList();
        foreach (var id in _versions.Select(id => names.GetValueOrDefault(id, id)).Distinct())
        {
            if (stores.Count == 0 || !MayGetAnImage(id)) continue;
            foreach (var store in stores) pusher.PushAsync(store, registry.ReadResolved(id), check: false, cancellation).GetAwaiter().GetResult();
        }
    }

    // The manifests are published by now; a version that nobody signed gets its image by a push when somebody has.
    private bool MayGetAnImage(ModelId id)
    {
        var manifest = registry.ReadManifest(id);
        if (manifest.Files.Any(file => StaysAtItsOrigin(manifest, file))) return false;
        if (registry.Settings.Policies?.RequireSignature != true || OciSignature.Of(registry.Layout, id).Count > 0) return true;
        registry.Options.Log.Warn(Codes.SignatureMissing, $"{id} is not signed and gets no image: run 'modelreg sign {id} --key KEY.pem', then 'modelreg push {id}'");
        return false;
    }

    // Who imported it without its bytes wants them nowhere else; a push brings them where somebody does.
    private bool StaysAtItsOrigin(Manifest manifest, ModelFile file) => manifest.Lineage?.Origin is { Remote: true } && !registry.Store.TryFind(file.Digest, out _);

    private void Put(IArtifactStore store, ModelId id, ModelFile file, CancellationToken cancellation)
    {
        if (store is not IArtifactWriter writer) throw Codes.NothingToPushTo.Error($"the store '{store.Name}' is marked \"share\" and takes no artifacts", "mark another one");
        var artifact = new Artifact(id.Name, file.Digest, file.Size);
        writer.PutAsync(artifact, registry.Artifacts.Locate(file, id, cancellation), registry.Options.Progress, cancellation).AsTask().GetAwaiter().GetResult();
    }

    private static Manifest Read(byte[]? content)
    {
        try
        {
            return RegistryJson.Read<Manifest>(content);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw Codes.ManifestInvalid.Error($"a manifest that is to be published cannot be read: {failure.Message}", "run 'modelreg doctor'", failure);
        }
    }
}
