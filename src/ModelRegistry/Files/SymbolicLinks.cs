using ModelRegistry.Diagnostics;

namespace ModelRegistry.Files;

/// <summary>A registry is cloned from elsewhere: a link in it may lead anywhere, so none is followed, in reading or in writing.</summary>
internal static class SymbolicLinks
{
    /// <summary>The first link on the way from a folder down to a path; null where there is none. The folder itself may be one: it is the user's.</summary>
    public static string? Find(string root, string path)
    {
        var relative = Path.GetRelativePath(root, path);
        var at = root;
        foreach (var segment in relative.Split(Path.DirectorySeparatorChar))
        {
            at = Path.Combine(at, segment);
            if (new FileInfo(at).LinkTarget is not null) return at;
        }

        return null;
    }

    /// <summary>Whether a path is a link: from what is known of it already, unless it looks like one.</summary>
    // Of what is not there, every attribute is said.
    public static bool Is(FileSystemInfo found) =>
        found.Attributes is var attributes && (int)attributes != -1 && attributes.HasFlag(FileAttributes.ReparsePoint) && found.LinkTarget is not null;

    /// <exception cref="ModelRegistryException">MR0225: a link is on the way.</exception>
    public static void Refuse(string root, string path)
    {
        if (Find(root, path) is { } link) throw Refused(link);
    }

    public static ModelRegistryException Refused(string link) =>
        Codes.LinkInRegistry.Error($"{link} is a link; a registry is read and written without following links", "replace it by the folder or file that it leads to");
}
