using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>What <c>list</c> and <c>show</c> say of a version beyond its manifest.</summary>
public sealed class ListAndShowTests : IDisposable
{
    private readonly Scratch _scratch = new(hostile: true);

    public ListAndShowTests() => _scratch.Register("m", "one").Text.ToString();

    [Fact]
    public void ReasonsOfPromotionsAndYanks_AreInListAndShow_AsTextAndAsJson()
    {
        _scratch.Register("m", "two").Text.ToString();
        _scratch.Run("promote", "m/1.1.0", "production", "--reason", "rollback of bug 12").Text.ToString();
        _scratch.Run("yank", "m/1.0.0", "--reason", "leaks labels").Text.ToString();

        Assert.Contains("rollback of bug 12", _scratch.Run("list", "m").Text, StringComparison.Ordinal);
        Assert.Contains("leaks labels", _scratch.Run("list", "m").Text, StringComparison.Ordinal);
        Assert.Contains("rollback of bug 12", _scratch.Run("show", "m").Text, StringComparison.Ordinal);
        Assert.Contains("leaks labels", _scratch.Run("show", "m/1.0.0").Text, StringComparison.Ordinal);
        var versions = _scratch.Run("list", "m", "--json").Json.GetProperty("versions");
        Assert.Equal("rollback of bug 12", versions[0].GetProperty("aliasReasons").GetProperty("production").GetString());
        Assert.Equal("leaks labels", versions[1].GetProperty("yankReason").GetString());
        Assert.Equal("rollback of bug 12", _scratch.Run("show", "m/1.1.0", "--json").Json.GetProperty("aliasReasons").GetProperty("production").GetString());
    }

    [Theory]
    [InlineData("list")]
    [InlineData("list", "m")]
    [InlineData("show", "m")]
    public void ManifestThatIsNotTheCommittedOne_IsNamed(params string[] command)
    {
        Assert.DoesNotContain("MR0230", _scratch.Run(command).Errors, StringComparison.Ordinal);
        var manifest = Path.Combine(_scratch.RegistryRoot, "m", "versions", "1.0.0.json");
        File.AppendAllText(manifest, " ");

        Assert.Contains("m/1.0.0 differs from what git has", _scratch.Run(command).Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();
}
