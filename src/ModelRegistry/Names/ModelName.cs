using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>
/// The name of a model family: 1–100 of <c>a-z 0-9 . _ -</c>, starting and ending with a letter or digit,
/// without <c>..</c>, and no device name of Windows. It is a directory name on every file system.
/// </summary>
public sealed class ModelName : IEquatable<ModelName>, IComparable<ModelName>
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 100;

    private ModelName(string value) => Value = value;

    /// <summary>The name as text.</summary>
    public string Value { get; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="ModelRegistryException">MR0101: the name breaks a rule; the hint suggests one that does not.</exception>
    public static ModelName Parse(string text)
    {
        var reason = Refusal(text);
        if (reason is null) return new ModelName(text);
        var suggestion = Suggest(text);
        throw Codes.InvalidName.Error(
            $"'{Printable.Quote(text)}' is not a model name: {reason}",
            suggestion is null
                ? "use 1-100 of a-z 0-9 . _ - and start and end with a letter or digit"
                : $"use '{suggestion}' for example");
    }

    /// <summary>Reads a name; false where it breaks a rule.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ModelName? name)
    {
        name = text is not null && Refusal(text) is null ? new ModelName(text) : null;
        return name is not null;
    }

    private static string? Refusal(string text)
    {
        if (text.Length == 0) return "it is empty";
        if (text.Length > MaxLength) return $"it is longer than {MaxLength} characters";
        foreach (var c in text)
        {
            if (c is >= 'A' and <= 'Z') return "upper-case letters are not allowed, because file systems disagree about case";
            if (!IsAllowed(c)) return $"the character '{Printable.Quote(c.ToString())}' is not allowed";
        }

        if (!IsAlphanumeric(text[0])) return $"it starts with '{text[0]}'";
        if (!IsAlphanumeric(text[^1])) return $"it ends with '{text[^1]}'";
        if (text.Contains("..", StringComparison.Ordinal)) return "it contains '..'";
        return DeviceNames.IsReserved(text) ? "Windows reserves it for a device" : null;
    }

    private static string? Suggest(string text)
    {
        var kept = new string([.. text.ToLowerInvariant().Select(c => IsAllowed(c) ? c : '-')]);
        while (kept.Contains("..", StringComparison.Ordinal)) kept = kept.Replace("..", ".", StringComparison.Ordinal);
        while (kept.Contains("--", StringComparison.Ordinal)) kept = kept.Replace("--", "-", StringComparison.Ordinal);
        kept = kept.Length > MaxLength ? kept[..MaxLength] : kept;
        kept = kept.Trim('.', '_', '-');
        if (DeviceNames.IsReserved(kept)) kept = "model-" + kept;
        return kept.Length > 0 && Refusal(kept) is null ? kept : null;
    }

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');

    private static bool IsAllowed(char c) => IsAlphanumeric(c) || c is '.' or '_' or '-';

    /// <inheritdoc/>
    public bool Equals(ModelName? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ModelName);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Ordinal order.</summary>
    public int CompareTo(ModelName? other) => string.CompareOrdinal(Value, other?.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Equality of the text.</summary>
    public static bool operator ==(ModelName? left, ModelName? right) => Equals(left, right);

    /// <summary>Inequality of the text.</summary>
    public static bool operator !=(ModelName? left, ModelName? right) => !Equals(left, right);
}
