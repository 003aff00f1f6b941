using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Importing;

/// <summary>An image of an OCI registry: <c>oci://HOST/REPOSITORY:TAG</c>, or <c>@sha256:…</c> in place of the tag; without either it is <c>latest</c>.</summary>
/// <param name="Host">The registry, with its port.</param>
/// <param name="Repository">Its repository.</param>
/// <param name="Reference">The tag or the digest.</param>
internal sealed record ImageReference(string Host, string Repository, string Reference)
{
    private const string Scheme = "oci://";
    private const int LongestTag = 128;

    /// <summary>Whether it is a digest, which never moves.</summary>
    public bool IsPinned => Reference.Contains(':', StringComparison.Ordinal);

    public static ImageReference? TryParse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var slash = text.IndexOf('/', Scheme.Length);
        if (slash < 0) return null;
        var (host, name) = (text[Scheme.Length..slash], text[(slash + 1)..]);
        var (at, colon) = (name.IndexOf('@', StringComparison.Ordinal), name.LastIndexOf(':'));
        var (repository, reference) = at >= 0 ? (name[..at], name[(at + 1)..]) : colon >= 0 ? (name[..colon], name[(colon + 1)..]) : (name, "latest");
        return IsHost(host) && OciNames.IsRepository(repository) && (at >= 0 ? Digest.TryParse(reference, out _) : IsTag(reference)) ? new ImageReference(host, repository, reference) : null;
    }

    private static bool IsHost(string host) => host.Length > 0 && Uri.TryCreate($"https://{host}", UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.AbsolutePath == "/" && address.Query.Length == 0 && address.Fragment.Length == 0;

    // distribution-spec: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
    private static bool IsTag(string tag) => tag.Length is > 0 and <= LongestTag && tag[0] is not ('.' or '-') && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
