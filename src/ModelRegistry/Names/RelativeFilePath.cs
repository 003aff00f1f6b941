using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>
/// A file's path inside a model version: relative, <c>/</c>-separated, without <c>.</c> or <c>..</c>,
/// and legal on every platform, so that materialising it can never leave the destination folder.
/// Two paths are the same when they differ only in case.
/// </summary>
public sealed class RelativeFilePath : IEquatable<RelativeFilePath>, IComparable<RelativeFilePath>
{
    /// <summary>The longest path, in characters.</summary>
    public const int MaxLength = 240;

    private static readonly char[] Forbidden = ['<', '>', ':', '"', '\\', '|', '?', '*'];

    private RelativeFilePath(string value) => Value = value;

    /// <summary>The path as text.</summary>
    public string Value { get; }

    /// <summary>The last segment.</summary>
    public string FileName => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Reads a path.</summary>
    /// <exception cref="ModelRegistryException">MR0106: the path breaks a rule.</exception>
    public static RelativeFilePath Parse(string text) =>
        Refusal(text) is { } reason
            ? throw Codes.InvalidPath.Error($"'{Printable.Quote(text)}' is not a path inside a model: {reason}", "use a relative path with / between folders")
            : new RelativeFilePath(text);

    /// <summary>Reads a path; false where it breaks a rule.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RelativeFilePath? path)
    {
        path = text is not null && Refusal(text) is null ? new RelativeFilePath(text) : null;
        return path is not null;
    }

    /// <summary>The path under a folder, with the separators of this platform.</summary>
    public string Under(string directory) => Path.Combine(directory, Value.Replace('/', Path.DirectorySeparatorChar));

    private static string? Refusal(string text)
    {
        if (text.Length == 0) return "it is empty";
        if (text.Length > MaxLength) return $"it is longer than {MaxLength} characters";
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c)) return "it contains a character that is not printable";
            if (Array.IndexOf(Forbidden, c) >= 0) return $"'{c}' is not allowed";
        }

        foreach (var segment in text.Split('/'))
        {
            if (segment.Length == 0) return "it is absolute or has an empty segment";
            if (segment is "." or "..") return $"'{segment}' is not allowed";
            if (segment[^1] is '.' or ' ') return $"the segment '{segment}' ends with a dot or a space";
            if (DeviceNames.IsReserved(segment)) return $"Windows reserves '{segment}' for a device";
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(RelativeFilePath? other) => other is not null && Value.Equals(other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RelativeFilePath);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <summary>Ordinal order, ignoring case.</summary>
    public int CompareTo(RelativeFilePath? other) => StringComparer.OrdinalIgnoreCase.Compare(Value, other?.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Equality, ignoring case.</summary>
    public static bool operator ==(RelativeFilePath? left, RelativeFilePath? right) => Equals(left, right);

    /// <summary>Inequality, ignoring case.</summary>
    public static bool operator !=(RelativeFilePath? left, RelativeFilePath? right) => !Equals(left, right);
}
