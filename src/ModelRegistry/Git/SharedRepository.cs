using ModelRegistry.Diagnostics;

namespace ModelRegistry.Git;

/// <summary>
/// What <c>core.sharedRepository</c> (git-config(1)) of a repository grants to others than the owner of a file. Git holds its own files to
/// that whatever the umask of who makes them; this holds ours to it, so that people who share one clone can all register there. Only the
/// repository's own configuration counts, where <c>git init --shared</c> writes it. Windows has no such permissions.
/// </summary>
internal static class SharedRepository
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="Bits">For a file that its owner may write.</param>
    /// <param name="Exact">Whether they stand in place of what the umask leaves, or come to it.</param>
    private sealed record Permissions(UnixFileMode Bits, bool Exact);

    /// <summary>Makes a directory and those above it that are not there, each with the permissions that its repository asks for.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="made">Told the parent of each that was made.</param>
    public static void CreateDirectory(string path, Action<string>? made = null)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) CreateDirectory(parent, made);
        Directory.CreateDirectory(path);
        Grant(path);
        if (parent is not null) made?.Invoke(parent);
    }

    /// <summary>Gives a file or directory of this user the permissions that its repository asks for. One of another user is left as it is.</summary>
    public static void Grant(string path)
    {
        if (OperatingSystem.IsWindows() || Of(Path.GetDirectoryName(path)!) is not { } asked) return;
        Grant(path, asked);
    }

    /// <summary>The same for everything below a directory, where git made it: what git checks out follows the umask.</summary>
    public static void GrantBelow(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder) || Of(folder) is not { } asked) return;
        Grant(folder, asked);
        // Links are neither changed nor followed.
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", all)) Grant(path, asked);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Grant(string path, Permissions asked)
    {
        try
        {
            var before = File.GetUnixFileMode(path);
            var after = Apply(before, asked, Directory.Exists(path));
            if (after != before) File.SetUnixFileMode(path, after);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Another user's, or gone, or on a file system without permissions.
        }
    }

    // calc_shared_perm and adjust_shared_perm of git's path.c: who may read a directory may enter it, and its files get its group.
    private static UnixFileMode Apply(UnixFileMode mode, Permissions asked, bool directory)
    {
        var granted = asked.Bits;
        if ((mode & UnixFileMode.UserWrite) == 0) granted &= ~Write;
        if (directory || (mode & UnixFileMode.UserExecute) != 0) granted |= (UnixFileMode)((int)(granted & Read) >> 2);
        mode = granted | (asked.Exact ? mode & ~(Read | Write | Execute) : mode);
        return directory && (mode & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite)) != 0 ? mode | UnixFileMode.SetGroup : mode;
    }

    private static Permissions? Of(string directory)
    {
        try
        {
            return GitLocation.Of(directory) is { } location ? Parse(GitConfigFile.Of(location).Value("core", "sharedrepository")) : null;
        }
        catch (Exception failure) when (failure is ModelRegistryException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // git_config_perm of git's setup.c. What git calls an error is the umask here; git says so itself as soon as it is run.
    private static Permissions? Parse(string? value) => value switch
    {
        null or "" or "umask" or "false" or "no" or "off" => null,
        "group" or "true" or "yes" or "on" => new Permissions(Group, Exact: false),
        "all" or "world" or "everybody" => new Permissions(Group | UnixFileMode.OtherRead, Exact: false),
        { Length: <= 6 } when value.All(char.IsAsciiDigit) && !value.AsSpan().ContainsAny('8', '9') => Convert.ToInt32(value, 8) switch
        {
            1 => new Permissions(Group, Exact: false),
            2 => new Permissions(Group | UnixFileMode.OtherRead, Exact: false),
            var mode when ((UnixFileMode)mode & Owner) == Owner => new Permissions((UnixFileMode)mode & (Read | Write), Exact: true),
            _ => null,
        },
        _ => null,
    };
}
