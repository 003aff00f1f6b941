using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>Who git would name as the author of a commit, and how it would write the name down.</summary>
/// <param name="Author"><c>Name &lt;mail&gt;</c>.</param>
/// <param name="Committer">Who git would name as the committer now, with the time: <c>Name &lt;mail&gt; SECONDS ZONE</c>.</param>
/// <param name="Encoding">What <c>i18n.commitEncoding</c> names. Default: UTF-8.</param>
internal sealed record GitIdentity(string Author, string Committer, Encoding Encoding)
{
    private const string AuthorKey = "GIT_AUTHOR_IDENT=", CommitterKey = "GIT_COMMITTER_IDENT=", EncodingKey = "i18n.commitencoding=";

    /// <summary>Asks git, in one process. A name that git has only guessed is refused later, by the commit.</summary>
    /// <exception cref="ModelRegistryException">MR0406: git does not know.</exception>
    public static GitIdentity Read(GitRepository repository, CancellationToken cancellation)
    {
        var result = repository.Try(["var", "-l"], cancellation);
        // The configuration comes first, so that the last line of a key is git's own.
        var encoding = Find(Encoding.UTF8.GetString(result.Bytes), EncodingKey) is { Length: > 0 } name ? ByName(name) : Encoding.UTF8;
        var output = Decode(result.Bytes, encoding);
        var author = Find(output, AuthorKey);
        var end = author?.LastIndexOf('>') ?? -1;
        if (result.Succeeded && end > 0) return new GitIdentity(author![..(end + 1)], Find(output, CommitterKey) ?? author, encoding);
        throw Codes.IdentityUnknown.Error($"git does not know who you are: {result.Reason}", "set user.name and user.email with 'git config'");
    }

    private static string? Find(string output, string key) =>
        output.Split('\n').LastOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();

    // Git writes down the bytes of the configuration; what is no UTF-8 is in the encoding of the commits.
    private static string Decode(byte[] bytes, Encoding encoding)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return (encoding is UTF8Encoding ? Encoding.Latin1 : encoding).GetString(bytes);
        }
    }

    private static Encoding ByName(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
