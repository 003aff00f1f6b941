using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Git;

/// <summary>The name of a git object: 40 hex digits, or 64 in a repository with SHA-256 names. Nothing else can be one.</summary>
public sealed record GitObjectId
{
    private GitObjectId(string hex) => Hex = hex;

    /// <summary>The digits, in lower case.</summary>
    public string Hex { get; }

    /// <summary>The first 12 digits, for people.</summary>
    public string Abbreviated => Hex[..12];

    /// <summary>Reads a name; false where the text is none, or is the name of no object (all zeros).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out GitObjectId? id)
    {
        id = text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit) && text.Any(c => c != '0') ? new GitObjectId(text.ToLowerInvariant()) : null;
        return id is not null;
    }

    /// <summary>The name of an object whose hash is known.</summary>
    internal static GitObjectId OfHash(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    /// <summary>Whether it is the name of a blob with this content. A checkout with Windows line ends is no other content.</summary>
    internal bool IsOf(ReadOnlySpan<byte> content)
    {
        var text = Encoding.Latin1.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal);
        byte[] hashed = [.. Encoding.ASCII.GetBytes($"blob {text.Length}\0"), .. Encoding.Latin1.GetBytes(text)];
#pragma warning disable CA5350 // The name of a git object, not a protection.
        return OfHash(Hex.Length == 40 ? SHA1.HashData(hashed) : SHA256.HashData(hashed)) == this;
#pragma warning restore CA5350
    }

    /// <exception cref="ModelRegistryException">MR0403: git answered something else.</exception>
    internal static GitObjectId Parse(string text) =>
        TryParse(text, out var id) ? id : throw Codes.GitFailed.Error($"git answered '{Printable.Quote(text)}' where the name of an object was to be", "run 'git fsck' and look at the git configuration");

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
