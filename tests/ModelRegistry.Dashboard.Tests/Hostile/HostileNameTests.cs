using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Cards;
using ModelRegistry.Dashboard.Drafts;
using ModelRegistry.Dashboard.Export;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Browser;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Hostile;

public sealed class HostileNameTests
{
    [Fact]
    public async Task Names_AreText_OnEveryPageFragmentAndExport()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry);

        foreach (var address in Addresses.Concat(Drafts(dashboard))) Harmless(await dashboard.Page(address), address);
        using (var document = await dashboard.Post($"/drafts/{dashboard.Services.Drafts.All[0].Id}", ("do", "save"), ("view", "json"), ("json", Payloads.All[6] + Payloads.All[7]), ("source-commit", Payloads.All[1]), ("source-repository", Payloads.All[0])))
            Assert.InRange((int)document.StatusCode, 200, 499);
        using (var numbers = await dashboard.Post("/models/digits/1.2.0/try", ("numbers-0", Payloads.All[7]), ("numbers-1", Payloads.All[0])))
            Harmless(await new HtmlParser().ParseDocumentAsync(await numbers.Content.ReadAsStringAsync()), "numbers");
        foreach (var address in Drafts(dashboard)) Harmless(await dashboard.Page(address), address);
        foreach (var address in new[] { "/api/v1/models", "/api/v1/models/digits/versions/1.0.0", "/api/v1/models/digits/versions/1.0.0/layers", "/api/v1/log", "/api/v1/search?q=digits" })
        {
            using var answer = await dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        }

        var site = Path.Combine(registry.Folder, "site");
        await using var services = new DashboardServices(registry.Open(), new DashboardOptions { Export = site }, TimeProvider.System);
        new SiteExporter(services, CancellationToken.None).Run(site);
        foreach (var file in Directory.EnumerateFiles(site, "index.html", SearchOption.AllDirectories))
            Harmless(await new HtmlParser().ParseDocumentAsync(await File.ReadAllTextAsync(file)), Path.GetRelativePath(site, file));
        Assert.DoesNotContain("<script>alert", await File.ReadAllTextAsync(Path.Combine(site, "search-index.js")), StringComparison.Ordinal);
        var version = await dashboard.Page("/models/digits/1.0.0");
        Assert.Contains("\\u{202e}evil", version.QuerySelector(".pre")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", version.QuerySelector(".pre")!.TextContent, StringComparison.Ordinal);
        Assert.InRange(Payloads.All.Length, 60, 1000);
    }

    [ChromiumFact]
    public async Task Names_DoNothingInABrowser_InEitherTheme()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry);
        foreach (var dark in new[] { false, true })
        {
            await using var browser = await BrowserPage.Open(dashboard.Address, 390, dark);
            foreach (var address in Addresses.Concat(Drafts(dashboard))) await browser.Page.GotoAsync(address);
            // A document of a new version; and numbers for one of several inputs.
            await browser.Page.GotoAsync($"/drafts/{dashboard.Services.Drafts.All.Single(d => d.Fields.Json is not null).Id}");
            await browser.Page.Locator("#json").FillAsync(Payloads.All[7]);
            await Assertions.Expect(browser.Page.Locator("#json-state .bad")).ToBeVisibleAsync();
            await browser.Page.GotoAsync("/models/digits/1.2.0/try");
            await browser.Page.Locator("#numbers-0").FillAsync(Payloads.All[7]);
            await browser.Page.Locator("#numbers-1").FillAsync(Payloads.All[1]);
            await Assertions.Expect(browser.Page.Locator("#result .note.bad")).ToBeVisibleAsync();
            await browser.Page.GotoAsync("/");
            // What is typed is searched for, and told, as text.
            await browser.Page.GetByLabel("Search models").FillAsync("<img src=x onerror=alert(1)>nowhere");
            await Assertions.Expect(browser.Page.Locator("#results h2")).ToHaveTextAsync("Nothing found");
            Assert.Empty(browser.Troubles);
        }
    }

    private static readonly string[] Addresses =
    [
        "/", "/?q=" + Uri.EscapeDataString(Payloads.All[0]), "/models/digits", "/models/digits/1.0.0", "/models/digits/1.0.0/lineage", "/models/digits/1.0.0/use", "/models/digits/1.0.0/verification", "/models/digits/1.0.0/layers",
        "/models/digits/1.0.0/layers?find=" + Uri.EscapeDataString(Payloads.All[1]), "/models/digits/1.0.0/try", "/models/digits/activity", "/activity", "/models/digits/compare?v=1.0.0&v=1.1.0&all=1", "/models/digits/1.0.0/promote", "/models/digits/1.1.0/yank",
        "/models/digits/new", "/health", "/fragments/models?q=digits",
        "/models/digits/1.2.0", "/models/digits/1.2.0/try", "/models/digits/1.2.0/lineage", "/models/digits/compare?v=1.1.0&v=1.2.0&all=1",
    ];

    /// <summary>A draft whose every text is a payload, as fields and as JSON.</summary>
    private static IEnumerable<string> Drafts(RunningDashboard dashboard)
    {
        var drafts = dashboard.Services.Drafts;
        if (drafts.All.Count == 0)
        {
            var fields = new DraftFields { Verify = false, Framework = Payloads.All[0], Architecture = Payloads.All[7], Notes = string.Join('\n', Payloads.All), SourceCommit = Payloads.All[1], SourceRepository = Payloads.All[0] };
            drafts.Begin("digits", false, fields);
            drafts.Begin("digits", false, fields with { Json = string.Join('\n', Payloads.All) });
        }

        return drafts.All.Select(d => $"/drafts/{d.Id}").ToList();
    }

    private static TestRegistry Filled()
    {
        var registry = new TestRegistry();
        var all = string.Join(' ', Payloads.All);
        registry.Git("config", "user.name", "Eve \"); alert(1) &lt;b&gt; \u202Ex");
        var tensors = Payloads.Printable.Select((p, i) => ($"layer.{p}", new[] { i + 1 })).ToArray();
        registry.Register("digits", 0.9, weights: TestRegistry.Safetensors(tensors), change: r => r with
        {
            Notes = all,
            Architecture = Payloads.All[0],
            Framework = Payloads.All[1],
            License = Payloads.All[3],
            Tags = Payloads.Printable.Select((p, i) => (p, i)).ToDictionary(p => $"t{p.i}", p => p.p),
            Dataset = new DatasetReference { Name = Payloads.All[8], Version = Payloads.All[2] },
            Run = "javascript:alert(1)",
            Family = new FamilySettings { Description = Payloads.All[0], Task = Payloads.All[1] },
        });
        registry.Register("digits", 0.95);
        registry.Register("digits", 0.96, "1.2.0", change: r => r with
        {
            Inputs = [new TensorSpec { Name = Payloads.All[0], Shape = [-1, 4] }, new TensorSpec { Name = Payloads.All[1], Shape = [1] }],
            Outputs = [new TensorSpec { Name = Payloads.All[8], Shape = [1] }],
            Source = RegistrationSource.Of(new string('a', 40), Payloads.All[0], Payloads.All[1]),
        });
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.1.0"), "production", Payloads.All[0]);
        registry.Open().Yank(ModelId.Parse("digits/1.0.0"), Payloads.All[1]);
        return registry;
    }

    private static void Harmless(IHtmlDocument page, string address)
    {
        Assert.DoesNotContain(page.QuerySelectorAll("script"), s => s.TextContent.Length > 0 || s.GetAttribute("src")!.Contains("evil", StringComparison.Ordinal));
        Assert.True(page.QuerySelector("iframe, style, base, object, embed, math, template, marquee, video, isindex, animate, img[src='x'], meta[http-equiv=refresh], link[href*='evil']") is null || page.Title == "Moved", address);
        Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name == "style" || (a.Name is "href" or "src" or "action" or "formaction" && (a.Value.Contains("script:", StringComparison.OrdinalIgnoreCase) || a.Value.StartsWith("data:", StringComparison.OrdinalIgnoreCase)))));
        foreach (var hidden in "\u202E\u200B\u2066\uFEFF\u00AD\u2028") Assert.DoesNotContain(hidden, page.DocumentElement.TextContent);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java\tscript:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("[x](data:text/html,<script>alert(1)</script>)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("![x](https://evil.example/x.png)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](//evil.example)")]
    [InlineData("[x](https://user@evil.example)")]
    [InlineData("[x](../../etc/passwd)")]
    [InlineData("[x](JAVASCRIPT&colon;alert(1))")]
    [InlineData("[x](&#x6A;&#x61;vascript:alert(1))")]
    [InlineData("[x](<java\nscript:alert(1)>)")]
    [InlineData("[x](\u0001javascript:alert(1))")]
    [InlineData("[x](javascript://https://example.org/%0aalert(1))")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("[x](ftp://evil.example/x)")]
    [InlineData("[x](blob:https://evil.example/x)")]
    [InlineData("[x](ms-settings:x)")]
    [InlineData("[x](https:\\\\evil.example)")]
    [InlineData("[x](mailto:a@b.example\"onclick=alert(1))")]
    [InlineData("![x](data:image/svg+xml,<svg/onload=alert(1)>)")]
    [InlineData("![x](//evil.example/x.png)")]
    [InlineData("[![x](https://evil.example/x.png)](javascript:alert(1))")]
    [InlineData("<vbscript:x>")]
    public async Task Card_DangerousLink_IsNoLink(string markdown)
    {
        var html = CardMarkup.Render(markdown, _ => null)!.Value.Value;
        var page = await new HtmlParser().ParseDocumentAsync(html);

        Assert.Empty(page.QuerySelectorAll("a, img, script"));
    }

    [Fact]
    public void Card_NestedTooDeeply_IsText() => Assert.Null(CardMarkup.Render(new string('>', 100_000) + "x", _ => null));

    [Theory]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("- ")]
    [InlineData("*")]
    [InlineData("<")]
    [InlineData("`")]
    [InlineData("&")]
    [InlineData("|")]
    public void Card_OfOneThingAHundredThousandTimes_IsMarkupOrText(string piece)
    {
        var markup = CardMarkup.Render(string.Concat(Enumerable.Repeat(piece, 100_000)), _ => null);

        Assert.DoesNotContain("<script", markup?.Value ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Card_OfReferencesToReferences_IsMarkupOrText()
    {
        var bomb = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"[a{i}]: a{i + 1}\n")) + "\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"[x][a{i}] "));

        Assert.DoesNotContain("<a ", CardMarkup.Render(bomb, _ => null)?.Value ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Card_UsualMarkdown_IsLaidOut()
    {
        var html = CardMarkup.Render("# Title\n\n[site](https://example.org/a) **bold**\n\n| a |\n|---|\n| 1 |\n", _ => null)!.Value.Value;
        var page = await new HtmlParser().ParseDocumentAsync(html);

        Assert.Equal("https://example.org/a", page.QuerySelector("a")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector("h2"));
        Assert.NotNull(page.QuerySelector("table td"));
    }
}
