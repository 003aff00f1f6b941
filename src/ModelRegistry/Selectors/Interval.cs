using Semver;

namespace ModelRegistry.Selectors;

/// <summary>
/// Reads an interval in the notation that NuGet took from mathematics (learn.microsoft.com, "NuGet package versioning"):
/// <c>[1.0,2.0)</c>, <c>(,1.5]</c>, <c>[1.2.0]</c>. Numbers that a bound leaves out are 0.
/// </summary>
internal static class Interval
{
    /// <summary>The range; null where the text is no interval or nothing can be in it.</summary>
    public static VersionRange? TryRead(string text)
    {
        if (text is not (['[' or '(', .. var inside, ']' or ')'])) return null;
        var (withMin, withMax) = (text[0] == '[', text[^1] == ']');
        var ends = inside.Split(',');
        if (ends.Length > 2 || !TryBound(ends[0], out var min) || !TryBound(ends[^1], out var max)) return null;
        if (ends.Length == 1 && (min is null || !withMin || !withMax)) return null;
        if (min is not null && max is not null)
        {
            var order = min.CompareTo(max);
            if (order > 0 || (order == 0 && !(withMin && withMax))) return null;
        }

        var named = min is { IsPrerelease: true } || max is { IsPrerelease: true };
        // 2.0.0-rc sorts below 2.0.0, but nobody who writes [1.0,2.0) means it.
        var end = max is { IsPrerelease: false } && !withMax ? new SemVersion(max.Major, max.Minor, max.Patch, ["0"]) : max?.Semantic;
        var all = Of(min?.Semantic, withMin, end, withMax, prereleases: true);
        return new VersionRange(named ? all : Of(min?.Semantic, withMin, end, withMax, prereleases: false), all);
    }

    private static bool TryBound(string text, out ModelVersion? bound)
    {
        bound = null;
        text = text.Trim();
        if (text.Length == 0) return true;
        var dots = text.Count(c => c == '.');
        var isPartial = dots < 2 && text.All(c => char.IsAsciiDigit(c) || c is '.' or 'v');
        return ModelVersion.TryParse(isPartial ? text + (dots == 0 ? ".0.0" : ".0") : text, out bound);
    }

    private static SemVersionRange Of(SemVersion? min, bool withMin, SemVersion? max, bool withMax, bool prereleases) => (min, max) switch
    {
        (null, null) => prereleases ? SemVersionRange.All : SemVersionRange.AllRelease,
        (null, _) => withMax ? SemVersionRange.AtMost(max, prereleases) : SemVersionRange.LessThan(max, prereleases),
        (_, null) => withMin ? SemVersionRange.AtLeast(min, prereleases) : SemVersionRange.GreaterThan(min, prereleases),
        _ => (withMin, withMax) switch
        {
            (true, true) => SemVersionRange.Inclusive(min, max, prereleases),
            (true, false) => SemVersionRange.InclusiveOfStart(min, max, prereleases),
            (false, true) => SemVersionRange.InclusiveOfEnd(min, max, prereleases),
            _ => SemVersionRange.Exclusive(min, max, prereleases),
        },
    };
}
