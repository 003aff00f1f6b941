using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using NuGet.Versioning;

namespace ModelRegistry;

/// <summary>
/// A version by Semantic Versioning 2.0.0: <c>major.minor.patch</c> with an optional prerelease label.
/// A leading <c>v</c> is accepted and dropped. Build metadata (<c>+…</c>) is refused, because it is no part of a version's
/// identity. Prerelease labels are lower case, because two manifests may not differ in case only.
/// </summary>
public sealed class ModelVersion : IEquatable<ModelVersion>, IComparable<ModelVersion>
{
    private const int MaxLength = 100;

    private ModelVersion(NuGetVersion version)
    {
        NuGetVersion = version;
        Value = version.ToNormalizedString();
    }

    /// <summary>The version of a family's first registration.</summary>
    public static ModelVersion First { get; } = Of(1, 0, 0);

    /// <summary>The version as text, without a leading <c>v</c>.</summary>
    public string Value { get; }

    /// <summary>Whether it has a prerelease label.</summary>
    public bool IsPrerelease => NuGetVersion.IsPrerelease;

    /// <summary>The first number.</summary>
    public int Major => NuGetVersion.Major;

    /// <summary>The second number.</summary>
    public int Minor => NuGetVersion.Minor;

    /// <summary>The third number.</summary>
    public int Patch => NuGetVersion.Patch;

    internal NuGetVersion NuGetVersion { get; }

    /// <summary>Makes a release version.</summary>
    public static ModelVersion Of(int major, int minor, int patch) => new(new NuGetVersion(major, minor, patch));

    /// <summary>Reads a version.</summary>
    /// <exception cref="ModelRegistryException">MR0102: not a version by SemVer 2, or with build metadata.</exception>
    public static ModelVersion Parse(string text)
    {
        if (TryParse(text, out var version)) return version;
        var hint = text.Contains('+', StringComparison.Ordinal)
            ? "leave out what follows the +; record it as a tag"
            : "write major.minor.patch, such as 1.2.0 or 2.0.0-rc.1, labels in lower case";
        throw Codes.InvalidVersion.Error($"'{Printable.Quote(text)}' is not a version", hint);
    }

    /// <summary>Reads a version; false where it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ModelVersion? version)
    {
        version = null;
        if (text is null || text.Length > MaxLength) return false;
        if (text.StartsWith('v')) text = text[1..];
        if (text.Length == 0 || text.Contains('+', StringComparison.Ordinal) || !text.All(IsAllowed)) return false;
        if (!SemanticVersion.TryParse(text, out var semantic)) return false;
        version = new ModelVersion(new NuGetVersion(semantic.Major, semantic.Minor, semantic.Patch, semantic.ReleaseLabels, null));
        return version.Value == text;
    }

    internal static ModelVersion From(NuGetVersion version) => new(version);

    private static bool IsAllowed(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-';

    /// <summary>The next version after this one. A prerelease steps to its own release where that is the step asked for.</summary>
    internal ModelVersion Next(VersionStep step) => step switch
    {
        VersionStep.Major => IsPrerelease && Minor == 0 && Patch == 0 ? Of(Major, 0, 0) : Of(checked(Major + 1), 0, 0),
        VersionStep.Minor => IsPrerelease && Patch == 0 ? Of(Major, Minor, 0) : Of(Major, checked(Minor + 1), 0),
        VersionStep.Patch => IsPrerelease ? Of(Major, Minor, Patch) : Of(Major, Minor, checked(Patch + 1)),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <inheritdoc/>
    public bool Equals(ModelVersion? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ModelVersion);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Precedence by SemVer 2, section 11.</summary>
    public int CompareTo(ModelVersion? other) => other is null ? 1 : NuGetVersion.CompareTo(other.NuGetVersion);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Equality of the text.</summary>
    public static bool operator ==(ModelVersion? left, ModelVersion? right) => Equals(left, right);

    /// <summary>Inequality of the text.</summary>
    public static bool operator !=(ModelVersion? left, ModelVersion? right) => !Equals(left, right);
}
