namespace ModelRegistry;

/// <summary>A file that a registration takes into the store, or a folder with its files.</summary>
/// <param name="Source">Where it stands now.</param>
/// <param name="Role">What it is for; null to tell by its name (<see cref="FileRoles.ByFileName"/>).</param>
/// <param name="Path">Its path inside the model; null for its own name. The files of a folder keep their paths below it.</param>
public sealed record FileToRegister(string Source, string? Role = null, RelativeFilePath? Path = null)
{
    /// <summary>
    /// Reads <c>PATH</c>, <c>PATH:ROLE</c>, <c>PATH=PATH-IN-MODEL</c> or <c>PATH=PATH-IN-MODEL:ROLE</c>. What stands after the last colon is a role only
    /// where it can be one, an equals sign divides only where what stands before it is there, and a file that has the whole text as its name is that file.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="baseDirectory">The folder that a relative path is relative to; null for the current one.</param>
    public static FileToRegister Parse(string text, string? baseDirectory = null)
    {
        if (Exists(text)) return new FileToRegister(Full(text));
        for (var equals = text.IndexOf('=', StringComparison.Ordinal); equals > 0; equals = text.IndexOf('=', equals + 1))
        {
            if (!Exists(text[..equals])) continue;
            var (path, role) = SplitRole(text[(equals + 1)..]);
            return new FileToRegister(Full(text[..equals]), role, RelativeFilePath.Parse(path.TrimEnd('/')));
        }

        var (source, sourceRole) = SplitRole(text);
        return new FileToRegister(Full(source), sourceRole);

        string Full(string path) => baseDirectory is null ? path : System.IO.Path.GetFullPath(path, baseDirectory);
        bool Exists(string path) => File.Exists(Full(path)) || Directory.Exists(Full(path));
    }

    private static (string Path, string? Role) SplitRole(string text)
    {
        var colon = text.LastIndexOf(':');
        // The colon of C:\model.pth or C:model.pth is a drive's.
        return colon <= 1 || !FileRoles.IsValid(text[(colon + 1)..]) ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
