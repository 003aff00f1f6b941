namespace ModelRegistry;

/// <summary>A file that a registration takes into the store.</summary>
/// <param name="Source">Where it stands now.</param>
/// <param name="Role">What it is for; null to tell by its name (<see cref="FileRoles.ByFileName"/>).</param>
/// <param name="Path">Its path inside the model; null for its own name.</param>
public sealed record FileToRegister(string Source, string? Role = null, RelativeFilePath? Path = null)
{
    /// <summary>Reads <c>PATH</c> or <c>PATH:ROLE</c>. What stands after the last colon is a role only where it can be one and no file has the whole text as its name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="baseDirectory">The folder that a relative path is relative to; null for the current one.</param>
    public static FileToRegister Parse(string text, string? baseDirectory = null)
    {
        var colon = text.LastIndexOf(':');
        // The colon of C:\model.pth or C:model.pth is a drive's.
        return colon <= 1 || !FileRoles.IsValid(text[(colon + 1)..]) || File.Exists(Full(text)) ? new FileToRegister(Full(text)) : new FileToRegister(Full(text[..colon]), text[(colon + 1)..]);

        string Full(string path) => baseDirectory is null ? path : System.IO.Path.GetFullPath(path, baseDirectory);
    }
}
