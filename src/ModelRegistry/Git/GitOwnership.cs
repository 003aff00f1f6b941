using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>
/// Whose a repository is. A git command that is told the repository by name does not look at that, so we do: in somebody else's repository
/// git is asked first whether <c>safe.directory</c> allows it.
/// </summary>
internal static class GitOwnership
{
    /// <summary>Whether everything that git looks at belongs to this user. Where the platform does not say, false: git is asked.</summary>
    public static bool IsOurs(GitLocation location) =>
        FileOwner.IsThisUser(location.WorkTree) == true
        && FileOwner.IsThisUser(Path.Combine(location.WorkTree, ".git")) == true
        && FileOwner.IsThisUser(location.GitDirectory) == true;
}
