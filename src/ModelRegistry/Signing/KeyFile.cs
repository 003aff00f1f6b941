namespace ModelRegistry.Signing;

/// <summary>Says what a file that holds no usable key holds instead. Nothing of its content is told.</summary>
internal static class KeyFile
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "of P-256, P-384 or P-521 in PEM (neither RSA nor Ed25519)";

    /// <summary>What is wrong with the text of a file from which no key could be read.</summary>
    public static string Problem(string text) => text switch
    {
        _ when Has(text, "BEGIN CERTIFICATE") => "holds a certificate where a key is asked for",
        _ when Has(text, "BEGIN OPENSSH PRIVATE KEY") || text.StartsWith("ssh-", StringComparison.Ordinal) || text.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) => "holds a key in the form of OpenSSH",
        _ when Has(text, "-----BEGIN ") => "holds no key that can be used",
        _ => "is not in PEM",
    };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
