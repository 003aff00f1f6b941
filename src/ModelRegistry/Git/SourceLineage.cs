using ModelRegistry.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>Reads from git where the training source stands.</summary>
internal static class SourceLineage
{
    /// <summary>The commit, branch, remote and state of a source tree.</summary>
    /// <param name="repository">The repository of the source.</param>
    /// <param name="excluded">Paths whose changes do not make the tree dirty: the registry and its store.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Lineage Read(GitRepository repository, IEnumerable<string> excluded, CancellationToken cancellation)
    {
        var arguments = new List<string> { "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--", ":(top)" };
        arguments.AddRange(excluded.Select(repository.Relative).Where(p => p is not null and not ".").Select(p => $":(top,exclude,literal){p}"));
        var status = repository.Run(arguments, cancellation);
        string? commit = null, branch = null, upstream = null;
        var dirty = false;
        foreach (var line in status.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# branch.oid ", StringComparison.Ordinal)) commit = line[13..] is var oid && oid == "(initial)" ? null : oid;
            else if (line.StartsWith("# branch.head ", StringComparison.Ordinal)) branch = line[14..] is var head && head == "(detached)" ? null : head;
            else if (line.StartsWith("# branch.upstream ", StringComparison.Ordinal)) upstream = line[18..];
            else if (!line.StartsWith('#')) dirty = true;
        }

        return new Lineage { Commit = commit, Branch = branch, Dirty = dirty, Repository = Remote(repository, upstream, cancellation) };
    }

    private static string? Remote(GitRepository repository, string? upstream, CancellationToken cancellation)
    {
        var result = repository.Try(["config", "--get-regexp", @"^remote\..*\.url$"], cancellation);
        var remotes = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => (Name: parts[0]["remote.".Length..^".url".Length], Url: parts[1].Trim()))
            .ToList();
        if (remotes.Count == 0) return null;
        var chosen = remotes.FirstOrDefault(r => upstream?.StartsWith(r.Name + "/", StringComparison.Ordinal) == true);
        if (chosen.Url is null) chosen = remotes.FirstOrDefault(r => r.Name == "origin");
        return WithoutCredentials(chosen.Url ?? remotes[0].Url);
    }

    /// <summary>A remote's address without user name, password, query and fragment: a manifest is read by everyone, for ever.</summary>
    public static string WithoutCredentials(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.IsFile || !url.Contains("://", StringComparison.Ordinal)) return url;
        return new UriBuilder(uri) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }

    /// <summary>Who git would name as the author of a commit: <c>Name &lt;mail&gt;</c>.</summary>
    /// <exception cref="ModelRegistryException">MR0406: git does not know.</exception>
    public static string Author(GitRepository repository, CancellationToken cancellation)
    {
        var result = repository.Try(["var", "GIT_AUTHOR_IDENT"], cancellation);
        var end = result.Line.LastIndexOf('>');
        if (result.Succeeded && end > 0) return result.Line[..(end + 1)];
        throw Codes.IdentityUnknown.Error($"git does not know who you are: {result.Reason}", "set user.name and user.email with 'git config'");
    }
}
