using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>A SHA-256 digest in the form of the OCI image specification: <c>sha256:</c> and 64 lower-case hex digits.</summary>
public sealed class Digest : IEquatable<Digest>
{
    /// <summary>What every digest starts with.</summary>
    public const string Prefix = "sha256:";

    private const int HexLength = 64;

    private Digest(string value) => Value = value;

    /// <summary>The digest with its prefix.</summary>
    public string Value { get; }

    /// <summary>The 64 hex digits alone: the name of the blob.</summary>
    public string Hex => Value[Prefix.Length..];

    /// <summary>Makes a digest of a hash of 32 bytes.</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, HexLength / 2);
        return new Digest(Prefix + Convert.ToHexStringLower(hash));
    }

    /// <summary>The digest of bytes in memory.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => FromHash(System.Security.Cryptography.SHA256.HashData(content));

    /// <summary>Reads a digest; upper-case hex is accepted and stored in lower case.</summary>
    /// <exception cref="ModelRegistryException">MR0105: not of that form.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw Codes.InvalidDigest.Error($"'{Printable.Quote(text)}' is not a digest", "write sha256: and 64 hex digits");

    /// <summary>Reads a digest; false where it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        if (text is null || text.Length != Prefix.Length + HexLength || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        foreach (var c in text.AsSpan(Prefix.Length))
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }

        digest = new Digest(text.ToLowerInvariant());
        return true;
    }

    /// <summary>The first 12 hex digits, for people.</summary>
    public string ToShortString() => Value.Substring(Prefix.Length, 12);

    /// <inheritdoc/>
    public bool Equals(Digest? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Digest);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Equality of the digits.</summary>
    public static bool operator ==(Digest? left, Digest? right) => Equals(left, right);

    /// <summary>Inequality of the digits.</summary>
    public static bool operator !=(Digest? left, Digest? right) => !Equals(left, right);
}
