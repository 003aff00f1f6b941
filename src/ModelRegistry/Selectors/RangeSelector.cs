using NuGet.Versioning;

namespace ModelRegistry.Selectors;

/// <summary>
/// A range in NuGet's syntax (learn.microsoft.com, "Package versioning"): <c>1.*</c>, <c>[1.0,2.0)</c>; a version with a number
/// missing means all that start with it: <c>1</c> and <c>v1</c> are <c>1.*</c>, <c>1.2</c> is <c>1.2.*</c>.
/// </summary>
internal sealed record RangeSelector(string Written, VersionRange Range) : Selector(Written)
{
    public override bool IsExact => false;

    /// <summary>Whether the selector itself names prereleases.</summary>
    public bool NamesPrereleases =>
        Range.IsFloating
            ? Range.Float.IncludePrerelease
            : Range.MinVersion is { IsPrerelease: true } || Range.MaxVersion is { IsPrerelease: true };

    public static RangeSelector? TryRead(string text)
    {
        var range = text.StartsWith('v') ? text[1..] : text;
        if (range.Length == 0 || range.Contains('+', StringComparison.Ordinal)) return null;
        if (char.IsAsciiDigit(range[0]) && range.All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            if (range.Split('.').Length > 2 || range.EndsWith('.')) return null;
            range += ".*";
        }
        else if (!range.Contains('*', StringComparison.Ordinal) && range[0] is not ('[' or '('))
        {
            return null;
        }

        return VersionRange.TryParse(range, allowFloating: true, out var parsed) ? new RangeSelector(text, parsed) : null;
    }

    /// <summary>Whether a version is in the range, prerelease or not.</summary>
    public bool Contains(ModelVersion version)
    {
        var candidate = version.NuGetVersion;
        if (!Range.IsFloating) return Range.Satisfies(candidate) && !IsPrereleaseOfExcludedMaximum(candidate);
        if (Range.HasUpperBound && !Range.Satisfies(candidate)) return false;
        if (Range.Float.Satisfies(candidate)) return true;
        // A float without a prerelease part says nothing of prereleases; whether they count is decided elsewhere.
        return candidate.IsPrerelease && !Range.Float.IncludePrerelease && candidate >= Range.MinVersion
            && Range.Float.Satisfies(new NuGetVersion(candidate.Major, candidate.Minor, candidate.Patch));
    }

    // 2.0.0-rc sorts below 2.0.0, but nobody who writes [1.0,2.0) means it.
    private bool IsPrereleaseOfExcludedMaximum(NuGetVersion candidate) =>
        Range is { HasUpperBound: true, IsMaxInclusive: false, MaxVersion.IsPrerelease: false }
        && candidate.IsPrerelease && candidate.Version == Range.MaxVersion.Version;
}
