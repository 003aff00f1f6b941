using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Importing;

/// <summary>The address of a model elsewhere, checked.</summary>
/// <param name="Url">As it is written down: without what may be secret in it.</param>
/// <param name="Repository"><c>ORG/REPO</c> of a hub; null for what is on none.</param>
/// <param name="Revision">The branch, tag or commit that was asked for; null for the main branch.</param>
/// <param name="File">The file of a web server; null for what is none.</param>
internal sealed record OriginAddress(string Url, string? Repository, string? Revision, Uri? File)
{
    /// <summary>The image of an OCI registry; null for what is none.</summary>
    public ImageReference? Image { get; init; }

    private const string Hub = "hf://";
    private const int MaxLength = 1000;

    /// <exception cref="ModelRegistryException">MR0816.</exception>
    public static OriginAddress Parse(string text)
    {
        if (text.Length <= MaxLength && text.StartsWith(Hub, StringComparison.Ordinal)) return ParseHub(text);
        if (text.Length <= MaxLength && Uri.TryCreate(text, UriKind.Absolute, out var file) && (file.Scheme == Uri.UriSchemeHttps || file.Scheme == Uri.UriSchemeHttp) && file.UserInfo.Length == 0 && file.Fragment.Length == 0 && file.Segments[^1].Trim('/').Length > 0)
            return new OriginAddress(StoreTransport.Show(file), null, null, file);
        if (text.Length <= MaxLength && ImageReference.TryParse(text) is { } image) return new OriginAddress(text, null, null, null) { Image = image };
        throw Refused(text);
    }

    /// <summary>Whether the revision is a commit or a digest, which never moves.</summary>
    public bool IsPinned => Image?.IsPinned ?? IsCommit(Revision);

    /// <summary>What the family is called where nobody says: the last part of the address.</summary>
    public string LastPart => (Repository ?? Image?.Repository) is { } repository ? repository[(repository.LastIndexOf('/') + 1)..] : Path.GetFileNameWithoutExtension(Uri.UnescapeDataString(File!.Segments[^1]));

    public static bool IsCommit(string? revision) => revision is { Length: 40 } && revision.All(char.IsAsciiHexDigitLower);

    private static OriginAddress ParseHub(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (repository, revision) = at < 0 ? (text[Hub.Length..], null) : (text[Hub.Length..at], text[(at + 1)..]);
        var parts = repository.Split('/');
        if (parts.Length != 2 || !parts.All(IsWord) || revision is { } given && (given.Length == 0 || given.Split('/').Any(part => !IsWord(part)))) throw Refused(text);
        return new OriginAddress(text, repository, revision, null);
    }

    private static bool IsWord(string part) => part.Length > 0 && part[0] != '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static ModelRegistryException Refused(string text) =>
        Codes.OriginInvalid.Error($"'{Printable.Quote(text)}' is not the address of a model", "write hf://ORG/REPO, hf://ORG/REPO@REVISION, oci://HOST/REPO:TAG, or https://HOST/FILE with --digest sha256:…");
}
