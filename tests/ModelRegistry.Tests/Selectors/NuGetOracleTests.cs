using NuGet.Versioning;

namespace ModelRegistry.Tests.Selectors;

/// <summary>NuGet.Versioning, which read versions and ranges before, judges what Semver and our interval parser make of the same text.</summary>
public sealed class NuGetOracleTests
{
    private const int Rounds = 20_000;

    private static readonly string[] Identifiers = ["a", "b", "rc", "alpha", "0", "1", "2", "10", "x-1", "-", "a1"];

    [Fact]
    public void Versions_AreReadAndOrderedAsNuGetDoes()
    {
        var random = new Random(20261126);
        var compared = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (left, right) = (Version(random), Version(random));
            Assert.Equal(SemanticVersion.TryParse(left, out var leftOracle), ModelVersion.TryParse(left, out var leftVersion));
            if (!SemanticVersion.TryParse(right, out var rightOracle) || leftVersion is null || !ModelVersion.TryParse(right, out var rightVersion)) continue;
            compared++;
            Assert.True(
                Math.Sign(leftOracle!.CompareTo(rightOracle)) == Math.Sign(leftVersion.CompareTo(rightVersion)),
                $"{left} and {right}: {leftOracle.CompareTo(rightOracle)} and {leftVersion.CompareTo(rightVersion)}");
        }

        Assert.InRange(compared, Rounds / 2, Rounds);
    }

    [Fact]
    public void IntervalsAndFloatingVersions_HoldWhatNuGetSays()
    {
        var random = new Random(11262026);
        var (compared, held) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (text, candidate) = (Range(random), Version(random));
            if (!ModelVersion.TryParse(candidate, out var version)) continue;
            var isRead = Selector.TryParse(text, out var selector) && selector is ModelRegistry.Selectors.RangeSelector;
            var isRange = NuGet.Versioning.VersionRange.TryParse(text.Replace(",", ", ", StringComparison.Ordinal), allowFloating: true, out var oracle) && !IsEmpty(oracle);
            Assert.True(isRange == isRead, $"{text}: {isRange} by NuGet");
            if (!isRead) continue;
            var range = ((ModelRegistry.Selectors.RangeSelector)selector!).Range;
            var expected = Holds(oracle!, NuGetVersion.Parse(candidate));
            Assert.True(expected == range.Contains(version), $"{candidate} in {text}: {expected} by NuGet");
            compared++;
            if (expected) held++;
        }

        Assert.InRange(compared, Rounds / 2, Rounds);
        Assert.InRange(held, Rounds / 20, compared);
    }

    // NuGet reads (1.0,1.0); a selector that nothing can match is a mistake.
    private static bool IsEmpty(NuGet.Versioning.VersionRange range) =>
        range is { HasLowerBound: true, HasUpperBound: true } && range.MinVersion == range.MaxVersion && !(range.IsMinInclusive && range.IsMaxInclusive);

    // What the registry means beyond NuGet: a prerelease of an excluded end is outside, and one of a floating version's own start is inside, as npm has it.
    private static bool Holds(NuGet.Versioning.VersionRange range, NuGetVersion version)
    {
        var release = new NuGetVersion(version.Major, version.Minor, version.Patch);
        if (range.IsFloating) return range.Float.Satisfies(version) || (version.IsPrerelease && !range.Float.IncludePrerelease && range.Float.Satisfies(release));
        return range.Satisfies(version)
            && !(range is { HasUpperBound: true, IsMaxInclusive: false, MaxVersion.IsPrerelease: false } && version.IsPrerelease && release == range.MaxVersion);
    }

    private static string Version(Random random) => $"{Number(random)}.{Number(random)}.{Number(random)}{(random.Next(3) == 0 ? "-" + Label(random) : "")}";

    private static string Label(Random random) => string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Identifiers[random.Next(Identifiers.Length)]));

    private static string Number(Random random) => random.Next(40) == 0 ? "01" : $"{random.Next(random.Next(8) == 0 ? 2_000_000_000 : 4)}";

    private static string Bound(Random random) => random.Next(6) switch
    {
        0 => "",
        1 => $"{random.Next(4)}",
        2 => $"{random.Next(4)}.{random.Next(4)}",
        _ => $"{random.Next(4)}.{random.Next(4)}.{random.Next(4)}{(random.Next(3) == 0 ? "-" + Label(random) : "")}",
    };

    private static string Range(Random random) => random.Next(8) switch
    {
        0 => $"{random.Next(4)}.*",
        1 => $"{random.Next(4)}.{random.Next(4)}.*",
        2 => $"{random.Next(4)}.*-*",
        3 => $"{random.Next(4)}.{random.Next(4)}.{random.Next(4)}-{Label(random)}*",
        4 => $"[{Bound(random)}]",
        _ => $"{"[("[random.Next(2)]}{Bound(random)}{(random.Next(2) == 0 ? ", " : ",")}{Bound(random)}{"])"[random.Next(2)]}",
    };
}
