using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>What the command says of itself, to people and to shells.</summary>
public sealed class HelpAndCompletionTests : IDisposable
{
    private static readonly string[] Colours = ["\e[1m", "\e[3", "\e[9"];

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("list")]
    [InlineData("log")]
    [InlineData("show")]
    [InlineData("resolve")]
    [InlineData("promote")]
    [InlineData("yank")]
    [InlineData("register")]
    public void Help_NamesNoModelOfTheRegistryAndNoOddDefault(string command)
    {
        _scratch.Register("zebra", "a").Text.ToString();

        var help = _scratch.Run(command, "--help").Text;

        Assert.DoesNotContain("zebra", help, StringComparison.Ordinal);
        Assert.DoesNotContain("2147483647", help, StringComparison.Ordinal);
    }

    [Fact]
    public void HelpOfPull_SaysWhatAHardLinkMeans() =>
        Assert.Contains("A hard link is the store's own file: writing to it destroys what was registered", string.Join(' ', _scratch.Run("pull", "--help").Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Fact]
    public void Completion_OffersModelsSelectorsAliasesAndVersions()
    {
        _scratch.Register("zebra", "a", "--metric", "accuracy=0.5").Text.ToString();
        _scratch.Run("promote", "zebra", "latest", "production").Text.ToString();

        Assert.Contains("zebra", Complete("modelreg show z"));
        Assert.Contains("zebra/@production", Complete("modelreg show zebra/"));
        Assert.Superset(new HashSet<string> { "latest", "best", "best:accuracy", "@production", "1.0.0" }, Complete("modelreg resolve zebra "));
        Assert.Superset(new HashSet<string> { "production", "1.0.0", "@production" }, Complete("modelreg promote zebra "));
        Assert.Contains("1.0.0", Complete("modelreg yank zebra "));
        Assert.Contains("zebra", Complete("modelreg register --name "));
    }

    [Fact]
    public void Completion_WithoutARegistry_OffersNothingAndSaysNothing()
    {
        using var bare = new Scratch(registry: false);

        var outcome = bare.Run("[suggest:16]", "modelreg show ze");

        Assert.Equal("", outcome.Errors);
        Assert.Equal("", outcome.Output.Trim());
    }

    [Theory]
    [InlineData("xterm-256color", null, true)]
    [InlineData("xterm-256color", "1", false)]
    [InlineData("dumb", null, false)]
    [InlineData("", null, false)]
    public void Colours_AreForTerminalsThatTakeThem(string term, string? noColour, bool coloured)
    {
        if (OperatingSystem.IsWindows()) return;
        _scratch.Register("m", "a").Text.ToString();
        _scratch.Set("TERM", term);
        _scratch.Set("NO_COLOR", noColour);

        var screen = _scratch.OnTerminal("list", "m").Text;

        Assert.Contains("1.0.0", screen, StringComparison.Ordinal);
        Assert.Equal(coloured, Colours.Any(c => screen.Contains(c, StringComparison.Ordinal)));
    }

    [Fact]
    public void Verify_OfANameUnderRequireVerified_FindsTheVersionThatItIsToVerify()
    {
        _scratch.Register("m", "a").Text.ToString();
        var settings = Path.Combine(_scratch.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\"", "\"policies\": { \"requireVerified\": true },\n  \"stores\"", StringComparison.Ordinal));

        Assert.Equal(3, _scratch.Run("resolve", "m").ExitCode);
        Assert.Equal("m/1.0.0", _scratch.Run("show", "m", "--json").Json.GetProperty("id").GetString());
        Assert.Equal(0, _scratch.Run("inspect", "m").ExitCode);
        Assert.Equal("m/1.0.0", System.Text.Json.JsonDocument.Parse(_scratch.Run("verify", "m", "--json").Output).RootElement.GetProperty("id").GetString());
    }

    private HashSet<string> Complete(string line) => [.. _scratch.Run($"[suggest:{line.Length}]", line).Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
