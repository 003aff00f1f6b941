using System.Diagnostics.CodeAnalysis;

namespace ModelRegistry.Git;

/// <summary>
/// The path of a file or folder inside a repository, relative to its top, with <c>/</c>. It is never empty, never absolute and never leads
/// out, so a command that is given one can never mean everything, or something elsewhere.
/// </summary>
public sealed record GitPath
{
    private GitPath(string value) => Value = value;

    /// <summary>The path.</summary>
    public string Value { get; }

    /// <summary>The path as a literal pathspec, from the top whatever the current directory is.</summary>
    internal string Pathspec => ":(top,literal)" + Value;

    /// <summary>Reads a path; false where it is empty, absolute, leads out or into a git directory.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out GitPath? path)
    {
        path = text is { Length: > 0 } && !text.Contains('\0', StringComparison.Ordinal) && !Path.IsPathRooted(text) && text.Split('/').All(IsSegment) ? new GitPath(text) : null;
        return path is not null;
    }

    private static bool IsSegment(string segment) =>
        segment.Length > 0 && segment is not ("." or "..") && !segment.Equals(".git", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
