using Cake.Core.IO;
using ModelRegistry;

namespace Cake.ModelRegistry;

/// <summary>A file to register.</summary>
/// <param name="Path">Where it is; relative to the working directory of the script.</param>
/// <param name="Role">What it is for, such as <c>weights</c> or <c>labels</c>; null to tell by its name.</param>
/// <param name="ModelPath">Its path inside the model; null for its own name.</param>
public sealed record ModelSource(FilePath Path, string? Role = null, string? ModelPath = null)
{
    /// <summary>Reads <c>PATH</c> or <c>PATH:ROLE</c>. What follows the last colon is a role only where it can be one.</summary>
    public static ModelSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        // The colon of C:\model.pth is a drive's.
        return colon > 1 && FileRoles.IsValid(text[(colon + 1)..])
            ? new ModelSource(new FilePath(text[..colon]), text[(colon + 1)..])
            : new ModelSource(new FilePath(text));
    }

    /// <summary>A file whose role its name tells.</summary>
    public static implicit operator ModelSource(string path) => Parse(path);
}
