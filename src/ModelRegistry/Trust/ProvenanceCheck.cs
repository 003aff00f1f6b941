using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>Holds what a trusted signer states of how a version was made against what the policy wants.</summary>
internal sealed class ProvenanceCheck(ModelTrustPolicy policy, DateTimeOffset now)
{
    public TrustVerdict Add(TrustVerdict verdict, Manifest manifest, Digest manifestDigest, IReadOnlyCollection<string> provenances)
    {
        var isStrict = policy.Mode == TrustMode.Require;
        var (problems, why) = (verdict.Problems, "it has no provenance that a trusted signer has signed");
        foreach (var path in provenances.Order(StringComparer.Ordinal))
        {
            try
            {
                var bundle = SignatureBundle.Load(path);
                var stated = bundle.Provenance(bundle.Envelope.Payload);
                if (!stated.IsAbout(manifest, manifestDigest)) throw Codes.SignatureDiffers.Error($"{path} does not say how {manifest.Id} was made", "restore the file with git");
                if (policy.SignersOf(manifest.Name).FirstToVerify(bundle, now) is null) continue;
                if (Difference(stated) is not { } difference) return verdict with { Builder = stated.Builder };
                why = difference;
            }
            catch (ModelRegistryException failure)
            {
                problems = problems.Add(new TrustProblem(failure, isStrict || failure.Diagnostic != Codes.CertificateRefused));
            }
        }

        var refused = Codes.ProvenanceRefused.Error($"{manifest.Id}: {why}, and {policy.Path} asks for {Wanted}", "register it with --provenance from there, or attach what CI made with 'modelreg attach'");
        return verdict with { Problems = problems.Add(new TrustProblem(refused, isStrict)) };
    }

    private string Wanted => string.Join(", ", new[] { ("repository", policy.Provenance!.Repository), ("branch", policy.Provenance.Branch), ("builder", policy.Provenance.Builder) }
        .Where(wanted => wanted.Item2 is not null).Select(wanted => $"{wanted.Item1} {wanted.Item2}"));

    private string? Difference(Provenance stated)
    {
        static string? Of(string what, string? wanted, string? is_) => wanted is null || wanted == is_ ? null : $"its {what} is {(is_ is null ? "not stated" : Printable.Quote(is_))}";
        return Of("repository", policy.Provenance!.Repository, stated.Repository) ?? Of("branch", policy.Provenance.Branch, stated.Branch) ?? Of("builder", policy.Provenance.Builder, stated.Builder);
    }
}
