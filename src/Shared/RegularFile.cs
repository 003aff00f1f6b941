namespace ModelRegistry.Shared;

/// <summary>
/// Tells files from what only stands among them. A pipe makes whoever opens it wait for a writer, a device may never end, and both say that they
/// are empty.
/// </summary>
internal static class RegularFile
{
    private const int Kind = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>What a path names in place of a regular file, with its article; null for a regular file, and where there is nothing.</summary>
    public static string? Otherwise(string path)
    {
        if (Directory.Exists(path)) return "a directory";
        return (FileStatus.Of(path, followLink: true)?.Mode & Kind) switch
        {
            Pipe => "a named pipe",
            CharacterDevice or BlockDevice => "a device",
            Socket => "a socket",
            _ => null,
        };
    }

    /// <summary>Throws where a path names something else.</summary>
    /// <exception cref="IOException">It does.</exception>
    public static void Require(string path)
    {
        if (Otherwise(path) is { } other) throw new IOException($"it is {other}, not a regular file");
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The path names something else; and what <see cref="File.OpenRead"/> throws.</exception>
    public static FileStream OpenRead(string path)
    {
        Require(path);
        return File.OpenRead(path);
    }
}
