namespace ModelRegistry.Dashboard.Linking;

/// <summary>Addresses outside of the site, from text that nobody vouches for.</summary>
public static class OutwardLink
{
    /// <summary>The address if a page may link to it: http or https, absolute, without user information; else null.</summary>
    public static string? Check(string? text) =>
        text is { Length: < 2000 } && !text.Any(char.IsWhiteSpace) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Host.Length > 0
            ? uri.AbsoluteUri
            : null;
}
