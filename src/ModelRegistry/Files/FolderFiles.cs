namespace ModelRegistry.Files;

/// <summary>Lists folders that another process may be emptying or removing.</summary>
internal static class FolderFiles
{
    /// <summary>The files of a folder that match; none where there is no folder, or none any more.</summary>
    public static IReadOnlyList<string> Named(string folder, string pattern)
    {
        if (!Directory.Exists(folder)) return [];
        try
        {
            return Directory.GetFiles(folder, pattern);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
