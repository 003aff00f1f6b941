using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Tests.Security;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Browser;

public sealed class PersonsDayTests
{
    private static readonly string Digits = Path.Combine(MarkupTests.RepositoryRoot(), "samples", "digits");

    [ChromiumFact]
    public async Task Day_FromAnEmptyRegistryToAYank()
    {
        using var registry = new TestRegistry();
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;

        // Demo data, search, filter.
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Initialise demo data" }).ClickAsync(new() { Timeout = 180_000 });
        await Assertions.Expect(page.Locator("li.row")).ToHaveCountAsync(3, new() { Timeout = 180_000 });
        await page.GetByLabel("Search models").FillAsync("resnet");
        await Assertions.Expect(page.Locator("li.row")).ToHaveCountAsync(1);
        Assert.Contains("q=resnet", page.Url, StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");

        // The family: chart, other metric, comparison.
        await page.Locator("li.row h3 a").ClickAsync();
        await Assertions.Expect(page.Locator("svg.chart.full path.best")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "loss", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("h2", new() { HasTextString = "loss over versions" })).ToBeVisibleAsync();
        await page.GetByLabel("Compare 1.0.0").CheckAsync();
        await page.GetByLabel("Compare 1.1.0").CheckAsync();
        await page.Locator(".comparebar button").ClickAsync();
        await Assertions.Expect(page.Locator(".note strong")).ToContainTextAsync("worse in both metrics");

        // Layers: open, folded blocks, search.
        await page.GotoAsync("/models/digits-resnet18/1.0.0/layers");
        await page.Locator("details[data-path='layer1'] > summary").ClickAsync();
        await Assertions.Expect(page.Locator("details[data-path='layer1'] summary", new() { HasTextString = "2 equal blocks" })).ToBeVisibleAsync();
        await page.GetByLabel(new Regex("^Find a layer")).FillAsync("96x96x3x3");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".tree .tensor")).ToHaveCountAsync(3);

        // Try it: a sample, a PNG, a JPEG.
        await page.GotoAsync("/models/digits-resnet18/1.0.0/try");
        await page.GetByLabel("Sample 7-0004.png").ClickAsync();
        await Assertions.Expect(page.Locator("[data-class]")).ToHaveTextAsync("7");
        await Assertions.Expect(page.Locator("#others .tile")).ToHaveCountAsync(1);
        await page.Locator("#own").SetInputFilesAsync(Path.Combine(Digits, "heldout", "3-0000.png"));
        await Assertions.Expect(page.Locator("[data-class]")).ToHaveTextAsync("3");
        var jpeg = Convert.FromBase64String(await page.EvaluateAsync<string>("""
            async () => {
              const image = await createImageBitmap(await (await fetch('/samples/5-0002.png')).blob());
              const canvas = document.createElement('canvas');
              canvas.width = canvas.height = 28;
              canvas.getContext('2d').drawImage(image, 0, 0);
              return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
            }
            """));
        await page.Locator("#own").SetInputFilesAsync(new FilePayload { Name = "five.jpg", MimeType = "image/jpeg", Buffer = jpeg });
        await Assertions.Expect(page.Locator("[data-class]")).ToHaveTextAsync("5");

        // Drawings of 3 and 7.
        await Draw(page, [(90, 70), (130, 50), (180, 60), (190, 95), (160, 125), (130, 135), (165, 140), (195, 170), (185, 210), (140, 230), (90, 215)]);
        await Assertions.Expect(page.Locator("[data-class]")).ToHaveTextAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Draw(page, [(80, 65), (130, 62), (195, 60), (180, 100), (150, 160), (130, 220)]);
        await Assertions.Expect(page.Locator("[data-class]")).ToHaveTextAsync("7");

        // A new version: bump, upload, register.
        await page.GotoAsync("/models/digits-resnet18/new");
        await page.Locator(".bump", new() { HasTextString = "Patch" }).ClickAsync();
        var offsets = await CutFirstPart(page, dashboard.Client, await File.ReadAllBytesAsync(Path.Combine(Digits, "resnet18-improved", "digits-resnet18.pth")));
        await page.Locator("#files-input").SetInputFilesAsync(new[] { "digits-resnet18.pth", "labels.txt", "sample-input.npy", "expected-output.npy" }.Select(f => Path.Combine(Digits, "resnet18-improved", f)));
        await Assertions.Expect(page.Locator("#checks li", new() { HasTextString = "golden" })).ToBeVisibleAsync(new() { Timeout = 120_000 });
        Assert.Equal(offsets[0] / 2, offsets[1]);
        Assert.InRange(offsets[1], 1, offsets[0]);
        await page.GetByLabel("Value of accuracy").FillAsync("0.985");
        await page.GetByLabel("Memo").FillAsync("The long run, once more.");
        await Assertions.Expect(page.Locator("#summary")).ToContainTextAsync("It becomes best.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register version 1.1.1" }).ClickAsync(new() { Timeout = 120_000 });
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/models/digits-resnet18/1[.]1[.]1"), new() { Timeout = 120_000 });

        // Promote, move back, yank with a replacement.
        await page.GetByRole(AriaRole.Link, new() { Name = "Promote" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("passed the acceptance test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote 1.1.1" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("done=promoted"));
        await page.GotoAsync("/models/digits-resnet18/activity");
        await page.GetByRole(AriaRole.Link, new() { Name = "Move back to 1.0.0" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("a regression in the field");
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote 1.0.0" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("done=promoted"));
        await page.GotoAsync("/models/digits-resnet18/1.1.0/yank");
        await page.GetByLabel("Reason").FillAsync("trained too briefly");
        await page.GetByLabel("Use instead").SelectOptionAsync("1.0.0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Yank 1.1.0" }).ClickAsync();
        await Assertions.Expect(page.Locator(".note.bad")).ToContainTextAsync("1.1.0 is yanked");

        // Activity and git agree.
        await page.GotoAsync("/models/digits-resnet18/activity");
        var log = registry.Git("log", "--format=%h %s", "--", "registry/digits-resnet18").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(log.Length, await page.Locator(".card[aria-label=Events] ol.log > li").CountAsync());
        Assert.StartsWith("yank digits-resnet18/1.1.0", log[0][(log[0].IndexOf(' ', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        Assert.Empty(browser.Troubles);
    }

    /// <summary>Half of the first part arrives before its connection breaks. What comes back: the size of the part, and where each later one begins.</summary>
    private static async Task<List<long>> CutFirstPart(IPage page, HttpClient client, byte[] part)
    {
        var offsets = new List<long>();
        await page.RouteAsync("**/api/v1/uploads/*", async route =>
        {
            if (route.Request.Method == "PATCH") offsets.Add(offsets.Count == 0 ? part.Length : long.Parse(route.Request.Headers["upload-offset"], CultureInfo.InvariantCulture));
            if (route.Request.Method != "PATCH" || offsets.Count > 1)
            {
                await route.ContinueAsync();
                return;
            }

            using var half = new HttpRequestMessage(HttpMethod.Patch, new Uri(route.Request.Url)) { Content = new ByteArrayContent(part, 0, part.Length / 2) };
            half.Headers.Add("Upload-Offset", "0");
            using var answer = await client.SendAsync(half);
            await route.AbortAsync("connectionreset");
        });
        return offsets;
    }

    private static async Task Draw(IPage page, (int X, int Y)[] points)
    {
        var pad = page.Locator("[data-pad]");
        await pad.ScrollIntoViewIfNeededAsync();
        var box = (await pad.BoundingBoxAsync())!;
        var scale = box.Width / 280;
        await page.Mouse.MoveAsync(box.X + (points[0].X * scale), box.Y + (points[0].Y * scale));
        await page.Mouse.DownAsync();
        foreach (var (x, y) in points) await page.Mouse.MoveAsync(box.X + (x * scale), box.Y + (y * scale), new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }
}
