namespace ModelRegistry.Dashboard.Linking;

/// <summary>Where a remote shows its commits.</summary>
internal static class CommitPages
{
    /// <summary>The address that a commit's digits are put after; null where the remote is none that is known to have such pages.</summary>
    public static string? BaseOf(string? remote)
    {
        if (remote is null) return null;
        // git@host:owner/name.git is what the ssh address of most hosts looks like.
        var text = remote.StartsWith("git@", StringComparison.Ordinal) && remote.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? $"https://{remote[4..colon]}/{remote[(colon + 1)..]}" : remote;
        if (OutwardLink.Check(text) is not { } address || new Uri(address) is not { } uri) return null;
        var path = uri.AbsolutePath.TrimEnd('/');
        if (path.EndsWith(".git", StringComparison.Ordinal)) path = path[..^4];
        var folder = uri.Host switch
        {
            "github.com" => "/commit/",
            "bitbucket.org" => "/commits/",
            _ when uri.Host.Contains("gitlab", StringComparison.Ordinal) => "/-/commit/",
            _ when uri.Host is "codeberg.org" => "/commit/",
            _ => null,
        };
        return folder is null || path.Length < 4 ? null : $"https://{uri.Authority}{path}{folder}";
    }
}
