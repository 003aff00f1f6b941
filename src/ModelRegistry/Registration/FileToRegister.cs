namespace ModelRegistry;

/// <summary>A file that a registration takes into the store.</summary>
/// <param name="Source">Where it stands now.</param>
/// <param name="Role">What it is for; null to tell by its name (<see cref="FileRoles.ByFileName"/>).</param>
/// <param name="Path">Its path inside the model; null for its own name.</param>
public sealed record FileToRegister(string Source, string? Role = null, RelativeFilePath? Path = null)
{
    /// <summary>Reads <c>PATH</c> or <c>PATH:ROLE</c>. What stands after the last colon is a role only where it can be one and no file has the whole text as its name.</summary>
    public static FileToRegister Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        // The colon of C:\model.pth or C:model.pth is a drive's.
        if (colon <= 1 || !FileRoles.IsValid(text[(colon + 1)..]) || File.Exists(text)) return new FileToRegister(text);
        return new FileToRegister(text[..colon], text[(colon + 1)..]);
    }
}
