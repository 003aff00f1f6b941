using Microsoft.Playwright;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Browser;

/// <summary>Pictures of the main pages over the demo data: all of them for <c>./build.sh --target=Dashboard --screenshots=DIR</c>, two in a usual run.</summary>
public sealed class ScreenshotTests
{
    /// <summary>Where the pictures go.</summary>
    private const string FolderVariable = "MODELREG_SCREENSHOTS";

    private static readonly (string Name, string Address)[] Pages =
    [
        ("models", "/"), ("family", "/models/digits-resnet18"), ("version", "/models/digits-resnet18/1.0.0"), ("try", "/models/digits-resnet18/1.0.0/try"), ("compare", "/models/digits-resnet18/compare?v=1.0.0&v=1.1.0"),
        ("layers", "/models/digits-resnet18/1.0.0/layers?open=layer1.0"), ("new", "/models/digits-resnet18/new"), ("activity", "/models/digits-resnet18/activity"), ("lineage", "/models/digits-resnet18/1.1.0/lineage"),
        ("verification", "/models/digits-resnet18/1.0.0/verification"), ("use", "/models/digits-resnet18/1.0.0/use"), ("promote", "/models/digits-resnet18/1.1.0/promote"), ("yank", "/models/digits-resnet18/1.1.0/yank"),
        ("denoise", "/models/digits-unet/1.0.0/try"), ("health", "/health"), ("api", "/api"), ("nothing", "/?q=nothing-like-it"), ("missing", "/models/digits-resnet18/9.9.9"),
    ];

    [ChromiumFact]
    public async Task MainPages_InBothThemesAndWidths_HavePictures()
    {
        var asked = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;
        using var registry = new TestRegistry(TestRegistry.Start.Demo, "team-models");
        await using var dashboard = await RunningDashboard.Start(registry);
        var target = asked ?? Path.Combine(registry.Folder, "screenshots");
        Directory.CreateDirectory(target);
        var made = new List<string>();

        foreach (var (width, dark) in asked is null ? [(390, true)] : new[] { (1280, false), (1280, true), (390, false), (390, true) })
        {
            await using var browser = await BrowserPage.Open(dashboard.Address, width, dark);
            foreach (var (name, address) in asked is null ? Pages.Take(2) : Pages)
            {
                await browser.Page.GotoAsync(address);
                if (address.EndsWith("/try", StringComparison.Ordinal)) await Try(browser.Page);
                var path = Path.Combine(target, $"{name}-{(dark ? "dark" : "light")}-{width}.png");
                await browser.Page.ScreenshotAsync(new() { Path = path, FullPage = true, Animations = ScreenshotAnimations.Disabled });
                made.Add(path);
            }

            Assert.Empty(browser.Troubles);
        }

        Assert.All(made, path => Assert.InRange(new FileInfo(path).Length, 5_000, 2_000_000));
    }

    private static async Task Try(IPage page)
    {
        await page.GetByLabel("Sample 7-0004.png").ClickAsync();
        // Settled: the answer is there, and so is what the other versions say.
        await Assertions.Expect(page.Locator("#result[aria-busy=false] #others .tile, #result[aria-busy=false] #others .body p").First).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("[...document.images].every(i => i.complete)");
    }
}
