using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using Semver;

namespace ModelRegistry;

/// <summary>
/// A version by Semantic Versioning 2.0.0: <c>major.minor.patch</c> with an optional prerelease label.
/// A leading <c>v</c> is accepted and dropped. Build metadata (<c>+…</c>) is refused, because it is no part of a version's
/// identity. Prerelease labels are lower case, because two manifests may not differ in case only.
/// </summary>
public sealed class ModelVersion : IEquatable<ModelVersion>, IComparable<ModelVersion>
{
    private const int MaxLength = 100;

    private SemVersion? _semantic;

    private ModelVersion(SemVersion version)
    {
        _semantic = version;
        Value = version.ToString();
        (Major, Minor, Patch, IsPrerelease) = (version.Major, version.Minor, version.Patch, version.IsPrerelease);
    }

    private ModelVersion(string value, BigInteger major, BigInteger minor, BigInteger patch)
    {
        Value = value;
        (Major, Minor, Patch) = (major, minor, patch);
    }

    /// <summary>The version of a family's first registration.</summary>
    public static ModelVersion First { get; } = Of(1, 0, 0);

    /// <summary>The version as text, without a leading <c>v</c>.</summary>
    public string Value { get; }

    /// <summary>Whether it has a prerelease label.</summary>
    public bool IsPrerelease { get; }

    /// <summary>The first number.</summary>
    public BigInteger Major { get; }

    /// <summary>The second number.</summary>
    public BigInteger Minor { get; }

    /// <summary>The third number.</summary>
    public BigInteger Patch { get; }

    // Made only where a range or a prerelease asks for it: a family may have thousands of versions.
    internal SemVersion Semantic => _semantic ??= new SemVersion(Major, Minor, Patch);

    /// <summary>Makes a release version.</summary>
    public static ModelVersion Of(BigInteger major, BigInteger minor, BigInteger patch) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}"), major, minor, patch);

    /// <summary>Reads a version.</summary>
    /// <exception cref="ModelRegistryException">MR0102: not a version by SemVer 2, or with build metadata.</exception>
    public static ModelVersion Parse(string text)
    {
        if (TryParse(text, out var version)) return version;
        var hint = text.Contains('+', StringComparison.Ordinal) ? "leave out what follows the +; record it as a tag"
            : Meant(text) is { } meant ? $"write {meant}: three numbers without leading zeros, labels in lower case"
            : "write major.minor.patch, such as 1.2.0 or 2.0.0-rc.1, labels in lower case";
        throw Codes.InvalidVersion.Error($"'{Printable.Quote(text)}' is not a version", hint);
    }

    /// <summary>The version that was meant by a date such as <c>2024.06.01</c>, by <c>1.2</c> or by <c>V1.0.0-RC1</c>; null where none is near.</summary>
    internal static ModelVersion? Meant(string text)
    {
        if (text.Length > MaxLength) return null;
        text = text.Trim().ToLowerInvariant();
        if (text.StartsWith('v')) text = text[1..];
        var label = text.IndexOf('-', StringComparison.Ordinal) is >= 0 and var dash ? text[dash..] : "";
        var numbers = text[..^label.Length].Split('.');
        if (numbers.Length > 3 || numbers.Any(n => n.Length == 0 || !n.All(char.IsAsciiDigit))) return null;
        var padded = numbers.Concat(Enumerable.Repeat("0", 3 - numbers.Length)).Select(n => n.TrimStart('0') is { Length: > 0 } digits ? digits : "0");
        return TryParse(string.Join('.', padded) + label, out var version) ? version : null;
    }

    /// <summary>Reads a version; false where it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ModelVersion? version)
    {
        version = null;
        if (text is null || text.Length > MaxLength) return false;
        if (text.StartsWith('v')) text = text[1..];
        if (text.Length == 0 || text.Contains('+', StringComparison.Ordinal) || !text.All(IsAllowed)) return false;
        if (TryParsePlain(text) is { } plain)
        {
            version = plain;
            return true;
        }

        if (!SemVersion.TryParse(text, SemVersionStyles.Strict, out var semantic)) return false;
        version = new ModelVersion(semantic);
        return true;
    }

    // Nearly every version is three numbers, and a family may have thousands.
    private static ModelVersion? TryParsePlain(string text)
    {
        Span<int> numbers = stackalloc int[3];
        var index = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                if (++index > 2 || i == 0 || text[i - 1] == '.') return null;
                continue;
            }

            // A leading zero, or a number that could overflow, is left to the full parser.
            if (!char.IsAsciiDigit(c) || numbers[index] > 100_000_000 || (numbers[index] == 0 && i > 0 && text[i - 1] == '0')) return null;
            numbers[index] = (numbers[index] * 10) + (c - '0');
        }

        return index == 2 && text[^1] != '.' ? new ModelVersion(text, numbers[0], numbers[1], numbers[2]) : null;
    }

    private static bool IsAllowed(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-';

    /// <summary>The next version after this one. A prerelease steps to its own release where that is the step asked for.</summary>
    public ModelVersion Next(VersionStep step) => step switch
    {
        VersionStep.Major => IsPrerelease && Minor == 0 && Patch == 0 ? Of(Major, 0, 0) : Of(Major + 1, 0, 0),
        VersionStep.Minor => IsPrerelease && Patch == 0 ? Of(Major, Minor, 0) : Of(Major, Minor + 1, 0),
        VersionStep.Patch => IsPrerelease ? Of(Major, Minor, Patch) : Of(Major, Minor, Patch + 1),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <inheritdoc/>
    public bool Equals(ModelVersion? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ModelVersion);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Precedence by SemVer 2, section 11.</summary>
    public int CompareTo(ModelVersion? other)
    {
        if (other is null) return 1;
        if (IsPrerelease || other.IsPrerelease) return Semantic.ComparePrecedenceTo(other.Semantic);
        var order = Major.CompareTo(other.Major);
        if (order == 0) order = Minor.CompareTo(other.Minor);
        return order != 0 ? order : Patch.CompareTo(other.Patch);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Equality of the text.</summary>
    public static bool operator ==(ModelVersion? left, ModelVersion? right) => Equals(left, right);

    /// <summary>Inequality of the text.</summary>
    public static bool operator !=(ModelVersion? left, ModelVersion? right) => !Equals(left, right);
}
