using System.Net;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

public sealed class ModelsPageTests(ModelsPageTests.ThreeFamilies served) : IClassFixture<ModelsPageTests.ThreeFamilies>
{
    [Fact]
    public async Task Models_EmptyRegistry_OffersDemoDataAndTheCommand()
    {
        using var registry = new TestRegistry();
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/");

        Assert.Equal("No models yet", page.QuerySelector("main h2")!.TextContent);
        Assert.Contains(page.QuerySelectorAll("button"), b => b.TextContent == "Initialise demo data");
        Assert.Contains("modelreg register", page.QuerySelector("main pre")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_EachFamily_IsARowWithMetricChangeAndPointers()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.91);
        registry.Register("digits", 0.95);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.0.0"), "production", "first");
        await using var dashboard = await RunningDashboard.Start(registry);

        var row = (await dashboard.Page("/")).QuerySelector("li.row")!;

        Assert.Equal("digits", row.QuerySelector("h3")!.TextContent);
        Assert.Equal("0.95", row.QuerySelector(".metric b")!.TextContent);
        Assert.Equal("+0.04 better", row.QuerySelector(".metric .good")!.TextContent);
        Assert.Equal(["latest", "best", "production", "versions"], row.QuerySelectorAll("dt").Select(d => d.TextContent));
        Assert.StartsWith("1.1.0", row.QuerySelectorAll("dd")[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("1.0.0", row.QuerySelectorAll("dd")[2].TextContent);
    }

    [Theory]
    [InlineData("digits", "digits,digits-small")]
    [InlineData("is:unverified accuracy>=0.95", "digits-small")]
    [InlineData("-small digits", "digits")]
    [InlineData("task:image", "digits,digits-small,voice")]
    [InlineData("versions>1", "digits")]
    [InlineData("\"the family voice\"", "voice")]
    [InlineData("nothing-like-it", "")]
    public async Task Models_Search_FindsWhatItSays(string query, string expected)
    {
        var page = await served.Dashboard.Page("/fragments/models?sort=name&q=" + Uri.EscapeDataString(query));

        Assert.Equal(expected, string.Join(',', page.QuerySelectorAll("h3").Select(h => h.TextContent)));
    }

    [Fact]
    public async Task Models_NothingFound_NamesNearModels()
    {
        using var registry = new TestRegistry();
        registry.Register("digits-resnet18", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/?q=digits-resnet81");

        Assert.Equal("Nothing found", page.QuerySelector("main h2")!.TextContent == "Task" ? "" : page.QuerySelector(".empty h2")!.TextContent);
        Assert.Equal("digits-resnet18", page.QuerySelector(".empty a.mono")!.TextContent);
    }

    [Theory]
    [InlineData("digits", "/models/digits")]
    [InlineData("digits/1.0.0", "/models/digits/1.0.0")]
    [InlineData("digits@production", "/models/digits/1.0.0")]
    public async Task Models_SearchThatNamesOneThing_GoesThere(string query, string target)
    {
        using var answer = await served.Dashboard.Client.GetAsync(new Uri("/?q=" + Uri.EscapeDataString(query), UriKind.Relative));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(target, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Models_ChangeByAnotherProcess_IsSeenAtTheNextRequest()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        await dashboard.Page("/");

        registry.Register("digits", 0.95);
        var page = await dashboard.Page("/");

        Assert.Equal("0.95", page.QuerySelector(".metric b")!.TextContent);
    }

    [Fact]
    public async Task Models_BrokenManifest_IsNamedAndTheRestStays()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        registry.Register("voice", 0.5);
        await File.WriteAllTextAsync(Path.Combine(registry.Root, "voice", "versions", "1.0.0.json"), "{ broken");
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/");
        var family = await dashboard.Page("/models/voice");

        Assert.Equal(2, page.QuerySelectorAll("li.row").Length);
        Assert.Contains("1 broken", page.QuerySelector("#results")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("MR0207", family.QuerySelector(".note.bad")!.TextContent, StringComparison.Ordinal);
    }

    public sealed class ThreeFamilies() : ReadOnlyDashboard(registry =>
    {
        registry.Register("digits", 0.90);
        registry.Register("digits", 0.91);
        registry.Register("digits-small", 0.96);
        registry.Register("voice", 0.5);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.0.0"), "production");
    });
}
