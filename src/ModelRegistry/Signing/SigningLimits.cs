namespace ModelRegistry.Signing;

/// <summary>What a signature may cost whoever reads it. A bundle comes from a stranger until its signature is verified.</summary>
internal static class SigningLimits
{
    /// <summary>No bundle is longer, in bytes: 200,000 files with long names fit.</summary>
    public const int MaxBundleLength = 64 * 1024 * 1024;

    /// <summary>No key, certificate or policy file is longer, in bytes.</summary>
    public const int MaxKeyFileLength = 1024 * 1024;

    /// <summary>Nesting of a bundle and of what it signs.</summary>
    public const int MaxDepth = 16;

    /// <summary>Files or shards that one signature covers.</summary>
    public const int MaxResources = 200_000;

    /// <summary>Certificates of a chain.</summary>
    public const int MaxCertificates = 10;

    /// <summary>The longest certificate, in bytes.</summary>
    public const int MaxCertificateLength = 64 * 1024;

    /// <summary>The longest signature, in bytes: one of P-521 in DER has at most 139.</summary>
    public const int MaxSignatureLength = 1024;

    /// <summary>The longest name of a file or a model, in characters.</summary>
    public const int MaxNameLength = 4096;
}
