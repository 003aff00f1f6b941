using ModelRegistry.Diagnostics;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>Finds whose signature a bundle is.</summary>
internal static class SignerSearch
{
    /// <summary>
    /// The first signer whose signature it is; null where it is nobody's who is named. A key says whose it is; a certificate is tried against
    /// every authority, and the reason of the last refusal is told.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0801: it says that it is one's and is not; MR0806: its certificate is not accepted.</exception>
    public static PolicySigner? FirstToVerify(this IEnumerable<PolicySigner> signers, SignatureBundle bundle, DateTimeOffset now)
    {
        ModelRegistryException? refused = null;
        foreach (var candidate in signers)
        {
            using var signer = candidate.Open();
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
}
