using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>Holds what a trusted signer states of how a version was made against what the policy wants.</summary>
internal sealed class ProvenanceCheck(OpenSigners signers, DateTimeOffset now)
{
    private readonly ModelTrustPolicy _policy = signers.Policy;

    public TrustVerdict Add(TrustVerdict verdict, Manifest manifest, Digest manifestDigest, IReadOnlyCollection<string> provenances)
    {
        var isStrict = _policy.Mode == TrustMode.Require;
        var (problems, why) = (verdict.Problems, "it has no provenance that a trusted signer has signed");
        foreach (var path in provenances.Order(StringComparer.Ordinal))
        {
            try
            {
                var bundle = SignatureBundle.Load(path);
                var stated = bundle.Provenance(bundle.Envelope.Payload);
                if (!stated.IsAbout(manifest, manifestDigest)) throw Codes.SignatureDiffers.Error($"{path} does not say how {manifest.Id} was made", "restore the file with git");
                if (signers.FirstToVerify(bundle, manifest.Name, now) is null) continue;
                if (Difference(stated) is not { } difference) return verdict with { Builder = stated.Builder };
                why = difference;
            }
            catch (ModelRegistryException failure)
            {
                problems = problems.Add(new TrustProblem(failure, isStrict || failure.Diagnostic != Codes.CertificateRefused));
            }
        }

        var refused = Codes.ProvenanceRefused.Error($"{manifest.Id}: {why}, and {_policy.Path} asks for {Wanted}", "register it with --provenance from there, or attach what CI made with 'modelreg attach'");
        return verdict with { Problems = problems.Add(new TrustProblem(refused, isStrict)) };
    }

    private string Wanted => string.Join(", ", new[] { ("repository", _policy.Provenance!.Repository), ("branch", _policy.Provenance.Branch), ("builder", _policy.Provenance.Builder) }
        .Where(wanted => wanted.Item2 is not null).Select(wanted => $"{wanted.Item1} {wanted.Item2}"));

    private string? Difference(Provenance stated)
    {
        static string? Of(string what, string? wanted, string? is_) => wanted is null || wanted == is_ ? null : $"its {what} is {(is_ is null ? "not stated" : Printable.Quote(is_))}";
        return Of("repository", _policy.Provenance!.Repository, stated.Repository) ?? Of("branch", _policy.Provenance.Branch, stated.Branch) ?? Of("builder", _policy.Provenance.Builder, stated.Builder);
    }
}
