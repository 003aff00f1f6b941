using System.Net;
using ModelRegistry.Dashboard.Export;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

public sealed class CardTests
{
    private const string Card = """
        # Digits

        [history](#history) [first](1.0.0) [manifest](versions/1.0.0.json) [labels](./1.0.0/labels.txt) [other](../voice/README.md)
        [gone](9.9.9) [lost](1.0.0/nothing.txt) [up](../../secret) [none](../nobody) ![curve](1.0.0/curve.png) ![page](1.0.0/page.svg) ![off](https://evil.example/x.png)

        ## History
        """;

    [Fact]
    public async Task RelativeLinks_LeadToVersionsFilesFamiliesAndHeadings()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/models/digits/card");

        Assert.Equal(
            ["#card-history", "/models/digits/1.0.0", "/models/digits/1.0.0", "/models/digits/1.0.0/files/labels.txt", "/models/voice/card"],
            page.QuerySelectorAll("article a").Select(a => a.GetAttribute("href")));
        Assert.NotNull(page.QuerySelector("h3#card-history"));
        Assert.Equal(["/models/digits/1.0.0/images/curve.png"], page.QuerySelectorAll("article img").Select(i => i.GetAttribute("src")));
        using var image = await dashboard.Client.GetAsync(new Uri("/models/digits/1.0.0/images/curve.png", UriKind.Relative));
        Assert.Equal("image/png", image.Content.Headers.ContentType!.MediaType);
        Assert.Contains("sandbox", string.Join(' ', image.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        foreach (var none in new[] { "page.svg", "labels.txt", "nothing.png", "..%2fcurve.png" })
        {
            using var answer = await dashboard.Client.GetAsync(new Uri("/models/digits/1.0.0/images/" + none, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Export_HasTheImagesOfCards()
    {
        using var registry = Filled();
        var site = Path.Combine(registry.Folder, "site");
        await using var services = new DashboardServices(registry.Open(), new DashboardOptions { Export = site, BaseUrl = "https://models.example/team/" }, TimeProvider.System);

        new SiteExporter(services, CancellationToken.None).Run(site);

        var card = await File.ReadAllTextAsync(Path.Combine(site, "models", "digits", "card", "index.html"));
        Assert.Contains("src=\"../1.0.0/images/curve.png\"", card, StringComparison.Ordinal);
        Assert.Contains("<link rel=\"canonical\" href=\"https://models.example/team/models/digits/card/\"", card, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(site, "models", "digits", "1.0.0", "images", "curve.png")));
        Assert.False(Directory.Exists(Path.Combine(site, "models", "digits", "1.0.0", "files")));
        Assert.Contains("<loc>https://models.example/team/models/digits/1.0.0/</loc>", await File.ReadAllTextAsync(Path.Combine(site, "sitemap.xml")), StringComparison.Ordinal);
    }

    private static TestRegistry Filled()
    {
        var registry = new TestRegistry();
        var folder = Directory.CreateDirectory(Path.Combine(registry.Folder, "made", "card")).FullName;
        foreach (var name in new[] { "labels.txt", "curve.png", "page.svg" }) File.WriteAllText(Path.Combine(folder, name), name);
        registry.Register("digits", 0.9, change: r => r with { Files = [.. r.Files, .. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(f => new FileToRegister(f))] });
        registry.Register("voice", 0.5);
        File.WriteAllText(Path.Combine(registry.Root, "digits", "README.md"), Card);
        return registry;
    }
}
