using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Git;
using ModelRegistry.Pointers;

namespace ModelRegistry.Signing;

/// <summary>The signatures of registered versions: one file for each signer, <c>signatures/VERSION/KEYID.sig</c>, never changed.</summary>
internal sealed class VersionSignatures(RegistryContext registry, PointerWriter writer)
{
    /// <summary>How the files end that vouch for a version.</summary>
    public const string Suffix = ".sig";

    /// <summary>How the files end that say how a version was made.</summary>
    public const string ProvenanceSuffix = ".provenance.json";

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<string> Paths(ModelId id) => Files(id, "*" + Suffix);

    /// <summary>The files that say how the version was made, in order.</summary>
    public IReadOnlyList<string> ProvenancePaths(ModelId id) => Files(id, "*" + ProvenanceSuffix);

    public IEnumerable<SignatureBundle> Read(ModelId id) => Paths(id).Select(SignatureBundle.Load);

    public PointerChange Sign(Manifest manifest, ModelSigner signer, bool commit, CancellationToken cancellation)
    {
        // An ECDSA signature differs each time; one of the same key over the same files says the same.
        var path = PathOf(manifest.Id, signer.KeyId);
        if (!File.Exists(path)) return Add(manifest, signer.Sign(VersionStatement.Of(manifest).Write(), path, cancellation), commit, cancellation);
        VersionStatement.Check(manifest, SignatureBundle.Load(path));
        return new PointerChange(manifest.Id, path, Changed: false, null);
    }

    public PointerChange Add(Manifest manifest, SignatureBundle bundle, bool commit, CancellationToken cancellation)
    {
        VersionStatement.Check(manifest, bundle);
        var path = PathOf(manifest.Id, bundle.KeyId);
        if (File.Exists(path) && !SignatureBundle.Load(path).Envelope.Payload.AsSpan().SequenceEqual(bundle.Envelope.Payload))
            throw Codes.SignatureExists.Error($"{manifest.Id} has another signature of key {bundle.KeyId} already, {path}", $"look at it with 'modelreg verify-signature {manifest.Id}'; signatures are never changed");
        var message = GitCommit.Message($"sign {manifest.Id} as key {bundle.KeyId}", ("Model", manifest.Name.Value), ("Model-Version", manifest.Version.Value), ("Signed-With", bundle.KeyId));
        return writer.Add(manifest.Id, path, bundle.Content, message, commit, cancellation);
    }

    /// <summary>States how a version was made, from its lineage, and signs the statement.</summary>
    public PointerChange SignProvenance(ResolvedManifest version, ModelSigner signer, string builder, bool commit, CancellationToken cancellation)
    {
        var path = ProvenancePathOf(version.Manifest.Id, signer.KeyId);
        if (File.Exists(path)) return new PointerChange(version.Manifest.Id, path, Changed: false, null);
        return AddProvenance(version, signer.Sign(Provenance.Write(version.Manifest, version.Digest, builder), path, cancellation), commit, cancellation);
    }

    public PointerChange AddProvenance(ResolvedManifest version, SignatureBundle bundle, bool commit, CancellationToken cancellation)
    {
        var id = version.Manifest.Id;
        var path = ProvenancePathOf(id, bundle.KeyId);
        Check(version, bundle, Path.GetFileName(path));
        if (File.Exists(path) && !SignatureBundle.Load(path).Content.Span.SequenceEqual(bundle.Content.Span))
            throw Codes.SignatureExists.Error($"{id} has another provenance of key {bundle.KeyId} already, {path}", "it is never changed; register a new version");
        var message = GitCommit.Message($"state the provenance of {id} as key {bundle.KeyId}", ("Model", id.Name.Value), ("Model-Version", id.Version.Value), ("Signed-With", bundle.KeyId));
        return writer.Add(id, path, bundle.Content, message, commit, cancellation);
    }

    /// <exception cref="ModelRegistryException">MR0804: nobody has signed it; MR0802, MR0803: a signature is not in order.</exception>
    public void ThrowIfUnsigned(ModelId id, Manifest manifest)
    {
        var signatures = Read(id).ToList();
        foreach (var signature in signatures) VersionStatement.Check(manifest, signature);
        if (signatures.Count == 0) throw Codes.SignatureMissing.Error($"{id} is not signed", $"run 'modelreg sign {id} --key KEY.pem' first; policies.requireSignature of registry.json asks for it");
    }

    /// <summary>Checks that a bundle that came from elsewhere is about a version, and of the key that its file is named after.</summary>
    /// <exception cref="ModelRegistryException">MR0803: it is about something else; MR0802: it cannot be read.</exception>
    public static void Check(ResolvedManifest version, SignatureBundle bundle, string fileName)
    {
        var isProvenance = fileName.EndsWith(ProvenanceSuffix, StringComparison.Ordinal);
        if (!isProvenance) VersionStatement.Check(version.Manifest, bundle);
        else if (!bundle.Provenance(bundle.Envelope.Payload).IsAbout(version.Manifest, version.Digest))
            throw Codes.SignatureDiffers.Error($"{bundle.Where} does not say how {version.Manifest.Id} was made: its subjects are other files", "attach what was made for this version");
        if (fileName != bundle.KeyId + (isProvenance ? ProvenanceSuffix : Suffix)) throw Codes.SignatureDiffers.Error($"{bundle.Where} is one of key {bundle.KeyId}", "restore the file");
    }

    private IReadOnlyList<string> Files(ModelId id, string pattern)
    {
        registry.Families.CheckOut(id.Name);
        return [.. FolderFiles.Named(registry.Layout.Signatures(id), pattern).Order(StringComparer.Ordinal)];
    }

    private string ProvenancePathOf(ModelId id, string keyId) => Path.Combine(registry.Layout.Signatures(id), keyId + ProvenanceSuffix);

    private string PathOf(ModelId id, string keyId) => registry.Layout.Signature(id, keyId);
}
