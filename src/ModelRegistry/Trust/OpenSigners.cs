using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>The keys and certificates of a policy, each read once however many versions are held against it.</summary>
internal sealed class OpenSigners(ModelTrustPolicy policy) : IDisposable
{
    private readonly Dictionary<PolicySigner, TrustedSigner> _open = new(ReferenceEqualityComparer.Instance);

    public ModelTrustPolicy Policy => policy;

    /// <summary>The key or the authorities of a signer.</summary>
    /// <exception cref="ModelRegistryException">MR0807: they cannot be read.</exception>
    public TrustedSigner this[PolicySigner signer] => _open.TryGetValue(signer, out var open) ? open : _open[signer] = signer.Open();

    /// <summary>
    /// The first signer of a family whose signature it is; null where it is nobody's who is named. A key says whose it is; a certificate is tried
    /// against every authority, and the reason of the last refusal is told.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0801: it says that it is one's and is not; MR0806: its certificate is not accepted.</exception>
    public PolicySigner? FirstToVerify(SignatureBundle bundle, ModelName family, DateTimeOffset now)
    {
        ModelRegistryException? refused = null;
        foreach (var candidate in policy.SignersOf(family))
        {
            var signer = this[candidate];
            if (!signer.Claims(bundle)) continue;
            try
            {
                signer.Verify(bundle, now);
                return candidate;
            }
            catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.CertificateRefused)
            {
                refused = failure;
            }
        }

        return refused is null ? null : throw refused;
    }

    public void Dispose()
    {
        foreach (var signer in _open.Values) signer.Dispose();
    }
}
