using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Sessions;

public sealed class RegistryEnvironmentTests
{
    private static readonly string Here = Path.GetTempPath();

    [Fact]
    public void FromEnvironment_NothingSet_GivesTheDefaults()
    {
        var options = Read();

        Assert.Equal((null, null, TimeSpan.FromMinutes(2)), (options.Registry, options.CacheDirectory, options.LockTimeout));
        Assert.Empty(options.FallbackPaths);
    }

    [Fact]
    public void FromEnvironment_RelativePaths_AreRelativeToTheWorkingDirectory()
    {
        var options = Read(("MODELREG_CACHE", "cache"), ("MODELREG_FALLBACK_PATHS", $"a{Path.PathSeparator} {Path.PathSeparator}b c"));

        Assert.Equal(Path.Combine(Here, "cache"), options.CacheDirectory);
        Assert.Equal([Path.Combine(Here, "a"), Path.Combine(Here, "b c")], options.FallbackPaths.AsEnumerable());
    }

    [Fact]
    public void FromEnvironment_FallbackPathsAsJson_HoldAnyCharacter() =>
        Assert.Equal([Path.Combine(Here, "a:b;c")], Read(("MODELREG_FALLBACK_PATHS", """["a:b;c", ""]""")).FallbackPaths.AsEnumerable());

    [Theory]
    [InlineData("MODELREG_FALLBACK_PATHS", "[1]")]
    [InlineData("MODELREG_FALLBACK_PATHS", "[")]
    [InlineData("MODELREG_GIT_TIMEOUT", "soon")]
    [InlineData("MODELREG_OFFLINE", "maybe")]
    [InlineData("MODELREG_LOCK_TIMEOUT", "-1")]
    [InlineData("MODELREG_LOCK_TIMEOUT", "86401")]
    public void FromEnvironment_ValueThatCannotBe_IsRefused(string name, string value) =>
        Expect.Code("MR0115", () => Read((name, value)));

    private static RegistryOptions Read(params (string Name, string Value)[] variables) =>
        RegistryOptions.FromEnvironment(name => variables.FirstOrDefault(v => v.Name == name).Value, Here);
}
