namespace ModelRegistry.Git;

/// <summary>Where HEAD is.</summary>
/// <param name="Commit">The commit; null before the first one.</param>
/// <param name="Branch">The branch without <c>refs/heads/</c>; null where HEAD is detached.</param>
public sealed record GitHead(GitObjectId? Commit, string? Branch);

/// <summary>
/// Reads HEAD and branches from the files that gitrepository-layout(5) describes, without starting git. What is kept in another format
/// (reftable) is not guessed at: the caller asks git.
/// </summary>
internal static class GitReferences
{
    private const string Symbolic = "ref: ", Branches = "refs/heads/", Elsewhere = "refs/heads/.invalid";

    /// <summary>Where HEAD is; null where the files do not say.</summary>
    public static GitHead? Head(GitLocation location)
    {
        if (FirstLine(Path.Combine(location.GitDirectory, "HEAD")) is not { } head) return null;
        if (!head.StartsWith(Symbolic, StringComparison.Ordinal)) return GitObjectId.TryParse(head, out var commit) ? new GitHead(commit, null) : null;
        var name = head[Symbolic.Length..].Trim();
        if (name == Elsewhere || !name.StartsWith(Branches, StringComparison.Ordinal) || !GitPath.TryParse(name, out _)) return null;
        return TryRead(location, name, out var id) ? new GitHead(id, name[Branches.Length..]) : null;
    }

    /// <summary>What a reference points at. True with null where it does not exist; false where the files do not say.</summary>
    public static bool TryRead(GitLocation location, string name, out GitObjectId? id)
    {
        id = null;
        if (Directory.Exists(Path.Combine(location.CommonDirectory, "reftable"))) return false;
        var loose = FirstLine(Path.Combine(location.CommonDirectory, name));
        if (loose is not null) return GitObjectId.TryParse(loose, out id);
        var packed = Path.Combine(location.CommonDirectory, "packed-refs");
        if (!File.Exists(packed)) return true;
        foreach (var line in File.ReadLines(packed))
        {
            if (line.Length > name.Length && line.EndsWith(name, StringComparison.Ordinal) && line.Split(' ') is [var hex, var named] && named == name)
                return GitObjectId.TryParse(hex, out id);
        }

        return true;
    }

    private static string? FirstLine(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return reader.ReadLine()?.TrimEnd();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
