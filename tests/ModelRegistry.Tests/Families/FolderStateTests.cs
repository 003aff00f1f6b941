using ModelRegistry.Families;

namespace ModelRegistry.Tests.Families;

public sealed class FolderStateTests
{
    private static readonly long Whole = new DateTime(2026, 5, 1, 12, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long Fraction = Whole + 1234567;

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(60_000, true)]
    public void StillHolds_TimesWithFractions_AfterATenthOfASecond(int milliseconds, bool holds) =>
        Assert.Equal(holds, Seen(Fraction, milliseconds).StillHolds(Seen(Fraction, milliseconds + 5000)));

    [Theory]
    [InlineData(101, false)]
    [InlineData(2000, false)]
    [InlineData(2001, true)]
    public void StillHolds_TimesOfWholeSeconds_AfterTwoSeconds(int milliseconds, bool holds) =>
        Assert.Equal(holds, Seen(Whole, milliseconds).StillHolds(Seen(Whole, milliseconds + 5000)));

    [Fact]
    public void StillHolds_OneFolderOfTheSixIsYoung_DoesNot()
    {
        var seen = Seen(Whole, 60_000) with { Verifications = Whole + TimeSpan.FromSeconds(59).Ticks };
        Assert.False(seen.StillHolds(seen with { SeenAt = seen.SeenAt + 1 }));
    }

    [Fact]
    public void StillHolds_AnotherTime_DoesNot() => Assert.False(Seen(Fraction, 60_000).StillHolds(Seen(Fraction, 60_001) with { Yanks = Fraction + 1 }));

    private static FolderState Seen(long time, int milliseconds) => new(time, time, time, time, time, time, time + TimeSpan.FromMilliseconds(milliseconds).Ticks);
}
