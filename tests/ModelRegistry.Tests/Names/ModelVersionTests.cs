using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Names;

public sealed class ModelVersionTests
{
    [Theory]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("0.0.1", "0.0.1")]
    [InlineData("2.0.0-rc.1", "2.0.0-rc.1")]
    [InlineData("1.0.0-alpha-7", "1.0.0-alpha-7")]
    [InlineData("1.2.99999999999", "1.2.99999999999")]
    [InlineData("1.20261123.20261123045959", "1.20261123.20261123045959")]
    public void Parse_Version_IsStoredWithoutTheV(string text, string stored) => Assert.Equal(stored, ModelVersion.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3+build")]
    [InlineData("1.2.3-RC.1")]
    [InlineData("-1.0.0")]
    [InlineData("1.0.0 ")]
    [InlineData("../1.0.0")]
    public void Parse_NoVersion_IsRefused(string text) => Expect.Code("MR0102", () => ModelVersion.Parse(text));

    // semver.org, section 11
    [Fact]
    public void CompareTo_FollowsThePrecedenceOfSemVer()
    {
        string[] ascending = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0", "1.10.0", "1.20261123045959.0", "2.0.0"];

        var shuffled = ascending.Reverse().Select(ModelVersion.Parse).Order().Select(v => v.Value);

        Assert.Equal(ascending, shuffled);
    }

    [Theory]
    [InlineData("1.4.2", VersionStep.Major, "2.0.0")]
    [InlineData("1.4.2", VersionStep.Minor, "1.5.0")]
    [InlineData("1.4.2", VersionStep.Patch, "1.4.3")]
    [InlineData("2.0.0-rc.1", VersionStep.Major, "2.0.0")]
    [InlineData("2.0.0-rc.1", VersionStep.Minor, "2.0.0")]
    [InlineData("2.1.0-rc.1", VersionStep.Major, "3.0.0")]
    [InlineData("2.1.3-rc.1", VersionStep.Patch, "2.1.3")]
    [InlineData("1.0.2147483647", VersionStep.Patch, "1.0.2147483648")]
    public void Next_RaisesTheAskedNumber(string from, VersionStep step, string to) =>
        Assert.Equal(to, ModelVersion.Parse(from).Next(step).Value);

    [Fact]
    public void Next_IsAlwaysHigher()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var label = random.Next(3) == 0 ? $"-rc.{random.Next(20)}" : "";
            var version = ModelVersion.Parse($"{random.Next(30)}.{random.Next(30)}.{random.Next(30)}{label}");
            foreach (var step in new[] { VersionStep.Major, VersionStep.Minor, VersionStep.Patch })
                Assert.True(version.Next(step).CompareTo(version) > 0, $"{version} {step}");
        }
    }
}
