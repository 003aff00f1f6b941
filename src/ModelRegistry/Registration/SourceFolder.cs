using System.Collections.Immutable;
using System.IO.Enumeration;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Locking;
using ModelRegistry.Names;
using ModelRegistry.Shared;
using ModelRegistry.Trust;

namespace ModelRegistry.Registration;

/// <summary>The files of a folder that is registered with its structure: a Hugging Face snapshot, diffusers, SavedModel, an .mlpackage.</summary>
internal static class SourceFolder
{
    private static readonly HashSet<string> IgnoredFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        ".git", ".hg", ".svn", ".cache", ".huggingface", "__pycache__", ".ipynb_checkpoints", ".vs", ".idea", ".venv", "node_modules", "__MACOSX",
    };

    private static readonly HashSet<string> IgnoredFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ".gitattributes", ".gitignore", ".gitkeep", ".DS_Store", "Thumbs.db", "desktop.ini", LockFile.DefaultName, ModelTrustPolicy.FileName,
    };

    /// <summary>
    /// Files with their paths below the folder, in order. Caches, version control, the registry's own folders and the files by which a project
    /// uses it, and what a pattern excludes are left out; empty files with a warning.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="own">Folders of the registry: where the model is what a repository is made of, they stand in it.</param>
    /// <param name="exclude">Patterns.</param>
    /// <param name="log">Told what is left out.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0112: too many files, or a link that leaves the folder; MR0117: it cannot be read.</exception>
    public static IReadOnlyList<(string Source, string Path)> Files(string folder, ImmutableArray<string> own, ImmutableArray<string> exclude, IRegistryLog log, CancellationToken cancellation)
    {
        var root = new DirectoryInfo(Path.GetFullPath(folder));
        var links = LinkRoots(root.FullName);
        var found = new List<(string, string)>();
        var waiting = new Stack<(DirectoryInfo Folder, string Prefix)>([(root, "")]);
        try
        {
            while (waiting.TryPop(out var next))
            {
                foreach (var item in next.Folder.EnumerateFileSystemInfos())
                {
                    cancellation.ThrowIfCancellationRequested();
                    var path = next.Prefix + item.Name;
                    if (IsExcluded(path, item, exclude) || (item is DirectoryInfo && IsOwn(item, own))) continue;
                    CheckLink(item, links);
                    if (item is DirectoryInfo inner) waiting.Push((inner, path + "/"));
                    else if (RegularFile.Otherwise(item.FullName) is { } other) log.Warn(Codes.SourceNotFile, $"{item.FullName} is {other}, not a regular file, and left out");
                    else if (IsEmpty((FileInfo)item)) log.Warn(Codes.SourceEmpty, $"{item.FullName} is empty and left out");
                    else found.Add((item.FullName, path));
                    if (found.Count > FileSet.MaxFiles || waiting.Count > FileSet.MaxFiles)
                        throw Codes.InvalidFiles.Error($"{folder} holds more than {FileSet.MaxFiles} files", "name the folder that the model is in, or leave some out with --exclude");
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.SourceUnreadable.Error($"cannot read {folder}: {failure.Message}", "check the permissions of the folder", failure);
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Item2, b.Item2));
        return found;
    }

    private static bool IsExcluded(string path, FileSystemInfo item, ImmutableArray<string> exclude)
    {
        if (item is DirectoryInfo ? IgnoredFolders.Contains(item.Name) : IgnoredFiles.Contains(item.Name) || item.Name.EndsWith(".incomplete", StringComparison.OrdinalIgnoreCase)) return true;
        return !exclude.IsDefaultOrEmpty && exclude.Any(pattern => Matches(pattern.Replace('\\', '/').TrimEnd('/'), path, item.Name));
    }

    private static bool IsOwn(FileSystemInfo item, ImmutableArray<string> own) => own.Any(folder =>
        string.Equals(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), item.Name, StringComparison.OrdinalIgnoreCase) && Real(folder) == Real(item.FullName));

    private static bool Matches(string pattern, string path, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: true) || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);

    private static bool IsEmpty(FileInfo file) => (file.LinkTarget is null ? file : (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true)) is not { Exists: true, Length: > 0 };

    /// <summary>Where the targets of links may be: in the folder, and for a snapshot of a download cache among the blobs of the same model.</summary>
    private static string[] LinkRoots(string root)
    {
        var real = Path.TrimEndingDirectorySeparator(Real(root)) + Path.DirectorySeparatorChar;
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(real));
        return Path.GetFileName(parent) == "snapshots" ? [real, Path.Combine(Path.GetDirectoryName(parent)!, "blobs") + Path.DirectorySeparatorChar] : [real];
    }

    private static string Real(string path) => RealPath.Of(path);

    private static void CheckLink(FileSystemInfo item, string[] roots)
    {
        if (item.LinkTarget is null) return;
        var target = item.ResolveLinkTarget(returnFinalTarget: true);
        if (target is not { Exists: true }) throw Codes.SourceMissing.Error($"{item.FullName} is a link to {Printable.Quote(item.LinkTarget)}, which does not exist", "fetch the model again, or leave the link out with --exclude");
        if (target is DirectoryInfo || !roots.Any(root => Real(target.FullName).StartsWith(root, StringComparison.Ordinal)))
            throw Codes.InvalidFiles.Error($"{item.FullName} is a link {(target is DirectoryInfo ? "to a folder" : "that leaves the folder")}: {Printable.Quote(target.FullName)}", "copy what it stands for into the folder, or leave it out with --exclude");
    }
}
