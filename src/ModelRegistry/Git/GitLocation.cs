using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Git;

/// <summary>
/// Where a work tree and its git directory stand. Found by looking for <c>.git</c> from a directory upwards, and by nothing else: a folder
/// that looks like a bare repository is never one, so a cloned registry cannot bring its own configuration and hooks.
/// </summary>
/// <param name="WorkTree">The top of the work tree.</param>
/// <param name="GitDirectory">The git directory of this work tree; each linked work tree has its own.</param>
/// <param name="CommonDirectory">The git directory that all work trees of the repository share: objects, branches, configuration.</param>
public sealed record GitLocation(string WorkTree, string GitDirectory, string CommonDirectory)
{
    /// <summary>Whether the history was cut off when the repository was cloned.</summary>
    public bool IsShallow => new FileInfo(Path.Combine(CommonDirectory, "shallow")) is { Exists: true, Length: > 0 };

    /// <summary>The commits at which a shallow history was cut off: what came before each of them is not there.</summary>
    public IReadOnlySet<GitObjectId> Boundary() =>
        IsShallow ? File.ReadLines(Path.Combine(CommonDirectory, "shallow")).Select(line => GitObjectId.TryParse(line, out var id) ? id : null).OfType<GitObjectId>().ToHashSet() : new HashSet<GitObjectId>();

    /// <summary>The repository that a directory is in; null where it is in none.</summary>
    /// <exception cref="ModelRegistryException">MR0402: the directory does not exist; MR0403: a <c>.git</c> file cannot be followed.</exception>
    public static GitLocation? Of(string directory)
    {
        if (!Directory.Exists(directory)) throw Codes.NotARepository.Error($"the folder {directory} does not exist", "name a folder inside a git repository");
        for (var folder = RealPath.Of(directory); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var entry = Path.Combine(folder, ".git");
            var gitDirectory = Directory.Exists(entry) ? entry : File.Exists(entry) ? Follow(entry) : null;
            if (gitDirectory is not null && IsGitDirectory(gitDirectory, out var common)) return new GitLocation(folder, gitDirectory, common);
        }

        return null;
    }

    /// <summary>What the processes that write here, to this work tree, lock against each other.</summary>
    internal string WriteLock => Path.Combine(GitDirectory, "modelreg.lock");

    /// <summary>The other work trees of the repository.</summary>
    internal IEnumerable<GitLocation> Siblings()
    {
        var linked = Path.Combine(CommonDirectory, "worktrees");
        if (!Directory.Exists(linked)) yield break;
        if (GitDirectory != CommonDirectory && Path.GetFileName(CommonDirectory) == ".git") yield return new GitLocation(Path.GetDirectoryName(CommonDirectory)!, CommonDirectory, CommonDirectory);
        foreach (var directory in Directory.EnumerateDirectories(linked).Where(directory => directory != GitDirectory))
        {
            var link = Path.Combine(directory, "gitdir");
            if (File.Exists(link) && Path.GetDirectoryName(File.ReadAllText(link).Trim()) is { Length: > 0 } workTree) yield return new GitLocation(workTree, directory, CommonDirectory);
        }
    }

    // gitrepository-layout(5): a file with one line, "gitdir: PATH", in linked work trees and submodules.
    private static string Follow(string file)
    {
        const string prefix = "gitdir: ";
        using var reader = File.OpenText(file);
        return reader.ReadLine() is { } line && line.StartsWith(prefix, StringComparison.Ordinal)
            ? Path.GetFullPath(line[prefix.Length..].TrimEnd(), Path.GetDirectoryName(file)!)
            : throw Codes.GitFailed.Error($"{file} is not a git file", "run 'git status' there and follow what it says");
    }

    private static bool IsGitDirectory(string directory, out string common)
    {
        var link = Path.Combine(directory, "commondir");
        common = File.Exists(link) ? Path.GetFullPath(File.ReadAllText(link).TrimEnd(), directory) : directory;
        return Path.Exists(Path.Combine(directory, "HEAD")) && Directory.Exists(Path.Combine(common, "objects"));
    }
}
