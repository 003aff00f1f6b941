namespace ModelRegistry.Git;

/// <summary>Reads from git where the training source stands.</summary>
internal static class SourceLineage
{
    /// <summary>The commit, branch, remote and state of a source tree: one process.</summary>
    /// <param name="repository">The repository of the source.</param>
    /// <param name="excluded">Paths whose changes do not make the tree dirty: the registry and its store.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Lineage Read(GitRepository repository, IEnumerable<string> excluded, CancellationToken cancellation)
    {
        var arguments = new List<string> { "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--no-renames", "-z", "--", ":(top)" };
        arguments.AddRange(excluded.Select(repository.TryPathOf).OfType<GitPath>().Select(p => $":(top,exclude,literal){p}"));
        var status = repository.Run(arguments, cancellation);
        GitObjectId? commit = null;
        string? branch = null, upstream = null;
        var dirty = false;
        foreach (var line in status.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# branch.oid ", StringComparison.Ordinal)) commit = line[13..] is "(initial)" ? null : GitObjectId.Parse(line[13..]);
            else if (line.StartsWith("# branch.head ", StringComparison.Ordinal)) branch = line[14..] is var head && head == "(detached)" ? null : head;
            else if (line.StartsWith("# branch.upstream ", StringComparison.Ordinal)) upstream = line[18..];
            else if (!line.StartsWith('#')) dirty = true;
        }

        return new Lineage { Commit = commit?.Hex, Branch = branch, Dirty = dirty, Repository = Remote(repository, upstream, cancellation) };
    }

    /// <summary>The address of the remote that a branch follows, else of origin, else of the first; null where there is none.</summary>
    public static string? Remote(GitRepository repository, string? upstream, CancellationToken cancellation)
    {
        var remotes = Remotes(repository, cancellation);
        if (remotes.Count == 0) return null;
        var chosen = remotes.FirstOrDefault(r => upstream?.StartsWith(r.Name + "/", StringComparison.Ordinal) == true);
        if (chosen.Url is null) chosen = remotes.FirstOrDefault(r => r.Name == "origin");
        return WithoutCredentials(chosen.Url ?? remotes[0].Url);
    }

    private static List<(string Name, string Url)> Remotes(GitRepository repository, CancellationToken cancellation)
    {
        var file = GitConfigFile.Of(repository.Location);
        if (!file.HasIncludes) return [.. file.Values("remote", "url")];
        return [.. repository.Try(["config", "-z", "--get-regexp", @"^remote\..*\.url$"], cancellation).Output
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\n', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => (parts[0]["remote.".Length..^".url".Length], parts[1].Trim()))];
    }

    /// <summary>A remote's address without user name, password, query and fragment: a manifest is read by everyone, for ever.</summary>
    public static string WithoutCredentials(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.IsFile || !url.Contains("://", StringComparison.Ordinal)) return url;
        return new UriBuilder(uri) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }
}
