using System.Net;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

public sealed class VersionPageTests(VersionPageTests.TwoMetrics served) : IClassFixture<VersionPageTests.TwoMetrics>
{
    [Fact]
    public async Task Version_YankedOne_SaysWhyAndWhatToUse()
    {
        using var registry = new TestRegistry();
        var bad = registry.Register("digits", 0.9);
        registry.Register("digits", 0.95);
        registry.Open().Yank(bad, "mislabelled data", ModelVersion.Parse("1.1.0"));
        await using var dashboard = await RunningDashboard.Start(registry);

        var note = (await dashboard.Page("/models/digits/1.0.0")).QuerySelector(".note.bad")!;

        Assert.Contains("1.0.0 is yanked", note.TextContent, StringComparison.Ordinal);
        Assert.Contains("mislabelled data", note.TextContent, StringComparison.Ordinal);
        Assert.Equal("/models/digits/1.1.0", note.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Version_OlderOne_LinksToWhatChanged()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        registry.Register("digits", 0.85);
        await using var dashboard = await RunningDashboard.Start(registry);

        var note = (await dashboard.Page("/models/digits/1.0.0")).QuerySelector(".note")!;

        Assert.Contains("1.1.0 is newer but worse in accuracy (0.85)", note.TextContent, StringComparison.Ordinal);
        Assert.Equal("/models/digits/compare?v=1.0.0&v=1.1.0", note.QuerySelector("a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("latest", "1.1.0")]
    [InlineData("best", "1.0.0")]
    [InlineData("best:loss", "1.1.0")]
    [InlineData("@production", "1.0.0")]
    [InlineData("v1.0.0", "1.0.0")]
    public async Task Version_Selector_LeadsToTheExactVersion(string selector, string version)
    {
        foreach (var page in new[] { "", "/layers" })
        {
            using var answer = await served.Dashboard.Client.GetAsync(new Uri($"/models/digits/{selector}{page}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.Equal($"/models/digits/{version}{page}", answer.Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task Layers_EqualBlocks_AreOneRow_AndATensorIsMeasured()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.95, weights: TestRegistry.Safetensors(("layer1.0.conv.weight", [4, 4]), ("layer1.1.conv.weight", [4, 4]), ("fc.weight", [2, 3])));
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/models/digits/1.0.0/layers?open=layer1");
        var measured = await dashboard.Page("/models/digits/1.0.0/layers?open=fc&tensor=fc.weight");

        Assert.Contains(page.QuerySelectorAll(".tree summary"), s => s.TextContent.Contains("0–1 2 equal blocks, 16 each", StringComparison.Ordinal));
        Assert.Contains("minimum 32, maximum 37, mean 34.5", measured.QuerySelector(".tensor-facts")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_BytesMissing_IsSaid_AndThePageStays()
    {
        using var registry = new TestRegistry();
        var id = registry.Register("digits", 0.95);
        var blob = Path.Combine(registry.Folder, "models", "blobs", "sha256", registry.Open().Get(id).Weights.Digest.Hex);
        File.SetAttributes(blob, FileAttributes.Normal);
        File.Delete(blob);
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/models/digits/1.0.0");

        Assert.Contains("1 file not in this store", page.QuerySelector(".note.warn")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("0.95", page.QuerySelector(".tile .v")!.TextContent);
    }

    [Theory]
    [InlineData("/models/nope")]
    [InlineData("/models/digits/9.9.9")]
    [InlineData("/models/DIGITS")]
    [InlineData("/models/digits/1.0.0/nope")]
    [InlineData("/models/..%2fdigits")]
    [InlineData("/models/digits/1.0.0%2f..")]
    [InlineData("/models/digits/@nope")]
    public async Task Pages_UnknownAddress_Is404WithACode(string address)
    {
        var page = await served.Dashboard.Page(address, HttpStatusCode.NotFound);

        Assert.Matches("MR0[0-9]{3}", page.QuerySelector("main")!.TextContent);
    }

    public sealed class TwoMetrics() : ReadOnlyDashboard(registry =>
    {
        registry.Register("digits", 0.95, metrics: m => m["loss"] = 0.3);
        registry.Register("digits", 0.90, metrics: m => m["loss"] = 0.2);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.0.0"), "production");
    });
}
