using Semver;

namespace ModelRegistry.Selectors;

/// <summary>
/// A range, told apart by its first character: an <see cref="Interval"/> in NuGet's notation, else npm's (docs.npmjs.com, "semver"):
/// <c>^1.2</c>, <c>~1.2</c>, <c>&gt;=1.0 &lt;2.0</c>, <c>1 || 3</c>. A version with a number missing means all that start with it:
/// <c>1</c>, <c>v1</c> and <c>1.*</c> are the same. A label that ends in a star, as in <c>1.*-*</c> or <c>2.0.0-rc*</c>, names prereleases.
/// </summary>
internal sealed record RangeSelector(string Written, VersionRange Range) : Selector(Written)
{
    public override bool IsExact => false;

    public static RangeSelector? TryRead(string text)
    {
        // Without its build metadata 1.0.0+x would be another text for 1.0.0; a version refuses it too.
        if (text.Length == 0 || text.Contains('+', StringComparison.Ordinal)) return null;
        var range = text[0] is '[' or '(' ? Interval.TryRead(text) : text[0] is 'v' or '*' or '^' or '~' or '<' or '>' or '=' || char.IsAsciiDigit(text[0]) ? Npm(text) : null;
        return range is null ? null : new RangeSelector(text, range);
    }

    private static VersionRange? Npm(string text)
    {
        if (text.Contains('-', StringComparison.Ordinal) && text.EndsWith('*')) return Labelled(text.StartsWith('v') ? text[1..] : text);
        return SemVersionRange.TryParseNpm(text, includeAllPrerelease: false, out var named) && SemVersionRange.TryParseNpm(text, includeAllPrerelease: true, out var all)
            ? new VersionRange(named, all)
            : null;
    }

    private static VersionRange? Labelled(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var prefix = text[(dash + 1)..^1];
        var isLabel = prefix.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-');
        return isLabel && SemVersionRange.TryParse(text[..dash] + "-*", SemVersionRangeOptions.Strict, out var range) ? new VersionRange(range, range, prefix) : null;
    }
}
