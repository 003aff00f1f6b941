using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>
/// Holds a version against a policy. A signature that is there and wrong is an error in every mode but off; what is missing, unknown or
/// no longer valid is an error or a warning as the mode says. No file of the model is read. One check serves all versions of a build.
/// </summary>
internal sealed class TrustCheck(ModelTrustPolicy policy, TimeProvider clock) : IDisposable
{
    private readonly OpenSigners _open = new(policy);
    private readonly DateTimeOffset _now = clock.GetUtcNow();

    public ModelTrustPolicy Policy => policy;

    /// <summary>Checks one version.</summary>
    /// <param name="manifest">The version.</param>
    /// <param name="manifestDigest">The digest of its manifest's file.</param>
    /// <param name="signatures">Its signature files.</param>
    /// <param name="provenances">The files that say how it was made.</param>
    public TrustVerdict Check(Manifest manifest, Digest manifestDigest, IReadOnlyCollection<string> signatures, IReadOnlyCollection<string> provenances)
    {
        if (policy.Mode == TrustMode.Off) return new TrustVerdict();
        var signers = policy.SignersOf(manifest.Name).ToList();
        var problems = new List<TrustProblem>();
        var believed = new Dictionary<string, VersionSigner>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var path in signatures.Order(StringComparer.Ordinal))
        {
            try
            {
                var bundle = SignatureBundle.Load(path);
                VersionStatement.Check(manifest, bundle);
                if (_open.FirstToVerify(bundle, manifest.Name, _now) is { } signer) believed.TryAdd(signer.Name, new VersionSigner(signer.Name, bundle.KeyId));
                else unknown.Add(bundle.Method == SignatureMethod.Sigstore ? "Sigstore, not checked" : bundle.KeyId);
            }
            catch (ModelRegistryException failure)
            {
                var refused = failure.Diagnostic == Codes.CertificateRefused;
                problems.Add(new TrustProblem(failure, IsError: !refused || policy.Mode == TrustMode.Require));
            }
        }

        var verdict = Judge(manifest.Id, manifestDigest, [.. believed.Values.OrderBy(signer => signer.Name, StringComparer.Ordinal)], unknown, signers, problems);
        return policy.Provenance is null || verdict.Exemption is not null ? verdict : new ProvenanceCheck(_open, _now).Add(verdict, manifest, manifestDigest, provenances);
    }

    /// <summary>Checks a version whose registry is not at hand by what a lock file says of it: whoever vouched then must be believed today.</summary>
    public TrustVerdict CheckLocked(ModelId id, Digest manifestDigest, ImmutableArray<VersionSigner> signedBy)
    {
        if (policy.Mode == TrustMode.Off) return new TrustVerdict();
        var signers = policy.SignersOf(id.Name).ToList();
        bool Believed(VersionSigner by) => signers.Any(signer => signer.Name == by.Name && (_open[signer].KeyId is not { } keyId || keyId == by.KeyId));
        return Judge(id, manifestDigest, [.. signedBy.Where(Believed)], [.. signedBy.Where(by => !Believed(by)).Select(by => by.KeyId)], signers, []);
    }

    public void Dispose() => _open.Dispose();

    private TrustVerdict Judge(ModelId id, Digest manifestDigest, ImmutableArray<VersionSigner> believed, List<string> unknown, List<PolicySigner> signers, List<TrustProblem> problems)
    {
        if (believed.Length >= policy.MinimumSignatures) return new TrustVerdict { SignedBy = believed, Problems = [.. problems] };
        var today = DateOnly.FromDateTime(_now.UtcDateTime);
        var exemption = policy.Exempt.FirstOrDefault(exempt => exempt.Id == id && exempt.ManifestDigest == manifestDigest && (exempt.Until is not { } until || today <= until));
        if (exemption is null && problems.Count == 0)
            problems.Add(new TrustProblem(Missing(id, believed.Length, unknown, signers), policy.Mode == TrustMode.Require, signers.Count == 1 ? signers[0].Line : null));
        return new TrustVerdict { SignedBy = believed, Problems = [.. problems], Exemption = exemption };
    }

    private ModelRegistryException Missing(ModelId id, int believed, List<string> unknown, List<PolicySigner> signers)
    {
        if (signers.Count == 0)
            return Codes.SignerUnknown.Error($"{policy.Path} names no signer for {id.Name}", "add one whose families cover it, or an exemption with a reason");
        var wanted = string.Join(" or ", signers.Select(signer => $"{signer.Name} (line {signer.Line})"));
        var found = unknown.Count > 0 ? $"it is signed by {string.Join(", ", unknown)}" : believed > 0 ? $"it has {believed} of {policy.MinimumSignatures} signatures" : "it is not signed";
        var diagnostic = unknown.Count > 0 ? Codes.SignerUnknown : Codes.SignatureMissing;
        return diagnostic.Error($"{id}: {found}, and {policy.Path} asks for a signature of {wanted}", $"let one of them run 'modelreg sign {id} --key KEY.pem', or add an exemption with a reason");
    }
}
