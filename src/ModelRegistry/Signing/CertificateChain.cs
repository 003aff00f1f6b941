using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>Decides whether a signer's certificate is accepted: offline, by given authorities alone, at a given time.</summary>
internal static class CertificateChain
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <exception cref="ModelRegistryException">MR0806: it is not, and why.</exception>
    public static void Check(string where, IReadOnlyList<X509Certificate2> certificates, X509Certificate2Collection roots, string? subject, DateTimeOffset now)
    {
        var leaf = certificates[0];
        CheckTime(where, leaf, now);
        // A self-signed certificate need not be allowed to sign certificates, which the chain would demand of it.
        if (!roots.Any(root => root.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))) Build(where, certificates, roots, now);
        if (!MaySign(leaf)) throw Refused(where, "it is not for signing: it has neither the key usage digitalSignature nor codeSigning");
        if (subject is not null && !new X500DistinguishedName(subject).RawData.AsSpan().SequenceEqual(leaf.SubjectName.RawData) && leaf.Subject != subject)
            throw Refused(where, $"its subject is '{Printable.Quote(leaf.Subject)}', not '{subject}'");
    }

    public static ModelRegistryException Refused(string where, string why) =>
        Codes.CertificateRefused.Error($"the certificate of {where} is not accepted: {why}", "sign with a certificate that is valid and stands below a trusted one, or change the trusted ones");

    private static void CheckTime(string where, X509Certificate2 leaf, DateTimeOffset now)
    {
        // To the minute: a clock that is a little wrong is a usual cause.
        if (now < leaf.NotBefore || now > leaf.NotAfter)
            throw Refused(where, string.Create(CultureInfo.InvariantCulture, $"it is valid from {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, and the clock here says {now.UtcDateTime:yyyy-MM-dd HH:mm}"));
    }

    private static void Build(string where, IReadOnlyList<X509Certificate2> certificates, X509Certificate2Collection roots, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.LocalDateTime;
        policy.CustomTrustStore.AddRange(roots);
        foreach (var above in certificates.Skip(1)) policy.ExtraStore.Add(above);
        var built = chain.Build(certificates[0]);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        if (!built) throw Refused(where, string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct()));
    }

    private static bool MaySign(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().Any(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature))
        || certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == CodeSigning));
}
