using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Export;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Browser;
using ModelRegistry.Dashboard.Tests.Support;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Tests.Export;

public sealed class ExportTests
{
    [Fact]
    public async Task Export_HasNoDeadLink_NoForm_AndNothingOffTheSite()
    {
        using var registry = Filled();
        var site = Path.Combine(registry.Folder, "site");
        await Write(registry, site);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([Path.Combine(site, "index.html")]);

        while (waiting.TryDequeue(out var file))
        {
            if (!seen.Add(file)) continue;
            Assert.True(File.Exists(file), $"{Path.GetRelativePath(site, file)} is linked and missing");
            if (!file.EndsWith(".html", StringComparison.Ordinal)) continue;
            var page = await new HtmlParser().ParseDocumentAsync(await File.ReadAllTextAsync(file));
            Assert.Empty(page.QuerySelectorAll("form"));
            // Each drawing that is used is in the page, and no other but where a script adds rows.
            var (drawn, used) = (page.QuerySelectorAll("symbol").Select(s => "#" + s.Id).ToHashSet(), page.QuerySelectorAll("use").Select(u => u.GetAttribute("href")!).ToHashSet());
            Assert.True(used.IsSubsetOf(drawn), file);
            Assert.True(drawn.SetEquals(used) || file == Path.Combine(site, "index.html"), file);
            foreach (var address in page.QuerySelectorAll("[href], [src]").Select(e => e.GetAttribute("href") ?? e.GetAttribute("src")!).Where(a => !a.StartsWith('#')))
            {
                Assert.DoesNotContain("://", address, StringComparison.Ordinal);
                Assert.False(address.StartsWith('/'), $"{address} is not relative");
                var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, Uri.UnescapeDataString(address.Split('?', '#')[0])));
                Assert.StartsWith(site, target, StringComparison.Ordinal);
                waiting.Enqueue(target);
            }
        }

        Assert.InRange(seen.Count(f => f.EndsWith("index.html", StringComparison.Ordinal)), 15, 1000);
        Assert.Contains("window.modelRows", await File.ReadAllTextAsync(Path.Combine(site, "search-index.js")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(site, "models", "digits", "@production", "index.html")));
    }

    [Fact]
    public async Task Export_Twice_IsEqualByteForByte()
    {
        using var registry = Filled();
        var (one, two) = (Path.Combine(registry.Folder, "one"), Path.Combine(registry.Folder, "two"));

        await Write(registry, one);
        await Write(registry, two);

        var files = Directory.EnumerateFiles(one, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(one, f)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(files, Directory.EnumerateFiles(two, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(two, f)).Order(StringComparer.Ordinal));
        foreach (var file in files) Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(one, file)), await File.ReadAllBytesAsync(Path.Combine(two, file)));
    }

    [Fact]
    public async Task Export_IntoAFolderThatIsNone_IsRefused()
    {
        using var registry = Filled();

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => Write(registry, registry.Root));

        Assert.Equal("MR0903", failure.Code);
    }

    [ChromiumFact]
    public async Task Export_FromAFolderAndBelowAPath_SearchesAndLeadsOn_AndAsksNobodyElse()
    {
        using var registry = Filled();
        var site = Path.Combine(registry.Folder, "site");
        await Write(registry, site);
        await using var server = WebApplication.CreateSlimBuilder().Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.UseFileServer(new FileServerOptions { RequestPath = "/deep/site", FileProvider = new PhysicalFileProvider(site) });
        await server.StartAsync();
        foreach (var start in new[] { new Uri(site + "/"), new Uri(new Uri(server.Urls.First()), "/deep/site/") })
        {
            await using var browser = await BrowserPage.Open(start);
            var page = browser.Page;
            var asked = new List<string>();
            page.Request += (_, request) => asked.Add(request.Url);

            await page.GotoAsync(new Uri(start, "index.html").ToString());
            await Assertions.Expect(page.Locator("li.row")).ToHaveCountAsync(2);
            await page.GetByLabel("Search models").FillAsync("digits");
            await Assertions.Expect(page.Locator("li.row")).ToHaveCountAsync(1);
            await page.Locator("li.row h3 a").ClickAsync();
            await Assertions.Expect(page.Locator("svg.chart.full path.best")).ToHaveCountAsync(1);
            await page.GetByLabel("Search models").FillAsync("voice");
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator("li.row")).ToHaveCountAsync(1);
            await Assertions.Expect(page.Locator("li.row h3")).ToHaveTextAsync("voice");

            // The layers: the strip leads to a module, levels and a tensor open in place, and the search leads on from there.
            await page.GotoAsync(new Uri(start, "models/digits/1.0.0/layers/index.html").ToString());
            await Assertions.Expect(page.Locator("[data-tensor='layer1.0.weight']")).ToBeHiddenAsync();
            await page.Locator("svg.strip a[href*='open=layer1#']").ClickAsync();
            await Assertions.Expect(page.Locator("details[data-path='layer1']")).ToHaveAttributeAsync("open", "");
            await page.Locator("details[data-path='layer1.0'] > summary").ClickAsync();
            await page.Locator("[data-tensor='layer1.0.weight'] > summary").ClickAsync();
            await Assertions.Expect(page.Locator("[data-tensor='layer1.0.weight'] .tensor-facts")).ToContainTextAsync("Offset");
            await page.GetByLabel("Search models").FillAsync("voice");
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator("li.row")).ToHaveCountAsync(1);
            await Assertions.Expect(page.Locator("li.row h3")).ToHaveTextAsync("voice");

            Assert.All(asked, address => Assert.StartsWith(start.ToString(), address, StringComparison.Ordinal));
            Assert.Empty(browser.Troubles);
        }
    }

    private static TestRegistry Filled()
    {
        var registry = new TestRegistry();
        registry.Register("digits", 0.9, metrics: m => m["loss"] = 0.3);
        registry.Register("digits", 0.95, metrics: m => m["loss"] = 0.2);
        registry.Register("voice", 0.5);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.0.0"), "production", "first");
        File.WriteAllText(Path.Combine(registry.Root, "digits", "README.md"), "# Digits\n\nA card.\n");
        return registry;
    }

    private static async Task Write(TestRegistry registry, string folder)
    {
        await using var services = new DashboardServices(registry.Open(), new DashboardOptions { Export = folder }, TimeProvider.System);
        new SiteExporter(services, CancellationToken.None).Run(folder);
    }
}
