using System.Security.Cryptography;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Signing;

/// <summary>The files of a plain folder, or one file, as they are signed and verified.</summary>
internal sealed class SignableFolder
{
    /// <summary>Left out at the top of every folder.</summary>
    public static readonly string[] AlwaysIgnored = [".git", ".gitattributes", ".github", ".gitignore"];

    private readonly string _root;
    private readonly HashSet<string> _ignored;

    /// <summary>Names a folder or file.</summary>
    /// <param name="root">The folder or file.</param>
    /// <param name="ignored">Paths from the root that are left out with all below them.</param>
    public SignableFolder(string root, IEnumerable<string> ignored)
    {
        _root = Path.GetFullPath(root);
        _ignored = new HashSet<string>(AlwaysIgnored.Concat(ignored), StringComparer.Ordinal);
    }

    /// <summary>The name of the folder or file.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(_root));

    /// <summary>What is left out, in order.</summary>
    public IEnumerable<string> Ignored => _ignored.Order(CodePointOrder.Instance);

    /// <summary>The path of a file from the root, with <c>/</c>; null where it is elsewhere.</summary>
    public static string? Inside(string root, string path)
    {
        var relative = Path.GetRelativePath(Path.GetFullPath(root), Path.GetFullPath(path)).Replace('\\', '/');
        return relative is "." or ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }

    /// <summary>Every file, in the order of a statement. A symbolic link, an unreadable folder or no file at all is an error.</summary>
    /// <exception cref="ModelRegistryException">MR0107: there is nothing; MR0109: a link or something that is no file; MR0112: no file.</exception>
    public IReadOnlyList<string> Paths()
    {
        if (File.Exists(_root))
        {
            RefuseSpecial(_root);
            return [Name];
        }

        if (!Directory.Exists(_root)) throw Codes.SourceMissing.Error($"{_root} does not exist", "name a folder or a file");
        var paths = new List<string>();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(_root)]);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
            {
                var path = Inside(_root, entry.FullName)!;
                if (_ignored.Contains(path)) continue;
                if (entry.LinkTarget is not null) throw Codes.SourceNotFile.Error($"{entry.FullName} is a symbolic link, which a signature cannot cover", "put the file itself there, or leave the link out with --ignore");
                if (entry is DirectoryInfo below) folders.Push(below);
                else
                {
                    RefuseSpecial(entry.FullName);
                    paths.Add(path);
                }
            }
        }

        if (paths.Count == 0) throw Codes.InvalidFiles.Error($"{_root} holds no file", "a signature covers at least one");
        paths.Sort(CodePointOrder.Instance);
        return paths;
    }

    private static void RefuseSpecial(string path)
    {
        if (RegularFile.Otherwise(path) is { } other) throw Codes.SourceNotFile.Error($"{path} is {other}, which a signature cannot cover", "move it away, or leave it out with --ignore");
    }

    /// <summary>SHA-256 of a file or of a range of it.</summary>
    public Digest Hash(string path, (long Start, long End)? range = null)
    {
        using var file = File.OpenRead(FullPath(path));
        if (range is not { } bytes) return Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(file)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        file.Position = bytes.Start;
        for (var left = bytes.End - bytes.Start; left > 0;)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) break;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return Digest.Parse("sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The length of a file in bytes.</summary>
    public long Length(string path) => new FileInfo(FullPath(path)).Length;

    private string FullPath(string path) => File.Exists(_root) ? _root : Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));
}
