using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Registration;

namespace ModelRegistry.Stores.Archives;

/// <summary>Takes versions out of an archive into a registry, their manifests byte for byte, one commit for each.</summary>
internal sealed class Importer(RegistryContext registry)
{
    /// <exception cref="ModelRegistryException">MR0206: the registry has another version under a number; nothing was written. MR0302, MR0326: the archive is not in order.</exception>
    public IReadOnlyList<ImportedVersion> Import(Stream input, bool commit, CancellationToken cancellation)
    {
        var repository = commit ? GitRepository.Find(registry.Layout.Root, registry.Options) : null;
        if (commit && repository is null) throw Codes.NotARepository.Error($"{registry.Layout.Root} is not in a git repository", "run 'git init' there, or use --no-commit");
        using var session = IngestSession.Open(registry.Store);
        var reader = new ArchiveReader(session);
        var versions = reader.Read(input, cancellation);
        // All of them before the first is written.
        foreach (var version in versions) IsThere(version.Source);
        return [.. versions.Select(version => Import(version, reader.Own, session, repository, cancellation))];
    }

    private ImportedVersion Import(ArchivedVersion version, IReadOnlyDictionary<string, byte[]> own, IngestSession session, GitRepository? repository, CancellationToken cancellation)
    {
        var id = version.Source.Manifest.Id;
        using var transaction = RegistryTransaction.Begin(registry, repository, repository is not null, cancellation);
        if (IsThere(version.Source)) return new ImportedVersion(id, Created: false, null);
        var path = registry.Layout.Manifest(id);
        var others = Others(version, own).Where(other => !File.Exists(other.Path)).ToList();
        transaction.Announce([path, .. others.Select(other => other.Path)], [], version.Blobs.Select(b => b.Digest));
        transaction.Publish(session, version.Blobs);
        foreach (var (otherPath, content) in others) transaction.Create(otherPath, content);
        if (!transaction.Create(path, version.Source.Content.ToArray())) throw Different(id);
        if (registry.Store.Tracked && transaction.Repository?.TryPathOf(registry.Store.Root) is not null)
            transaction.CommitAlso([.. registry.Store.LayoutFiles, .. version.Blobs.Select(b => registry.Store.BlobPath(b.Digest))]);
        var commit = transaction.Complete(
            GitCommit.Message(
                $"import {id}", ("Model", id.Name.Value), ("Model-Version", id.Version.Value),
                ("Manifest-Digest", version.Source.Digest.Value), ("Artifact-Digest", version.Source.Manifest.Weights.Digest.Value)),
            cancellation);
        registry.Families.Forget(id.Name);
        return new ImportedVersion(id, Created: true, commit);
    }

    // What the family says of itself, where it is new here, and who vouches for the version.
    private IEnumerable<(string Path, byte[] Content)> Others(ArchivedVersion version, IReadOnlyDictionary<string, byte[]> own)
    {
        var id = version.Source.Manifest.Id;
        var family = registry.Layout.FamilyFile(id.Name);
        if (own.TryGetValue(registry.Layout.Relative(family), out var settings)) yield return (family, settings);
        foreach (var signature in version.Signatures) yield return (Path.Combine(registry.Layout.Signatures(id), signature.Name), signature.Document.Content);
    }

    private bool IsThere(ResolvedManifest source)
    {
        var path = registry.Layout.Manifest(source.Manifest.Id);
        if (!File.Exists(path)) return false;
        return File.ReadAllBytes(path).AsSpan().SequenceEqual(source.Content.Span) ? true : throw Different(source.Manifest.Id);
    }

    private static ModelRegistryException Different(ModelId id) =>
        Codes.VersionExists.Error($"{id} exists with other content", "two registries took this number for different versions; nothing was imported");
}
