using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Browser;

/// <summary>axe over every page and state in both themes and widths; reflow, large text, and a walk with the keyboard.</summary>
public sealed class AccessibilityTests
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // MODELREG_AXE=all looks at both widths in both themes; usually each width and each theme is looked at once.
    private static readonly (int Width, bool Dark)[] Looks = Environment.GetEnvironmentVariable("MODELREG_AXE") == "all" ? [(1280, false), (390, true), (1280, true), (390, false)] : [(1280, false), (390, true)];

    private static readonly string[] Addresses =
    [
        "/", "/?q=nothing-like-it", "/?q=task:image-denoising+is:unknown", "/activity", "/activity?action=yank", "/health", "/api", "/new", "/nope",
        "/models/digits-resnet18", "/models/digits-resnet18?metric=loss", "/models/digits-resnet18/card", "/models/digits-resnet18/activity", "/models/digits-resnet18/compare?v=1.0.0&v=1.1.0&layers=1", "/models/digits-resnet18/compare?v=1.0.0&v=1.1.0&all=1", "/models/digits-resnet18/new",
        "/models/digits-resnet18/1.0.0", "/models/digits-resnet18/1.1.0", "/models/digits-resnet18/9.9.9", "/models/digits-resnet18/1.0.0/layers?open=layer1.0", "/models/digits-resnet18/1.0.0/layers?find=96x96x3x3", "/models/digits-resnet18/1.0.0/layers?open=fc&tensor=fc.weight",
        "/models/digits-resnet18/1.0.0/try", "/models/digits-resnet18/1.0.0/lineage", "/models/digits-resnet18/1.0.0/verification", "/models/digits-resnet18/1.1.0/verification", "/models/digits-resnet18/1.0.0/use", "/models/digits-resnet18/1.0.0/promote", "/models/digits-resnet18/1.0.0/yank", "/models/broken/1.0.0", "/models/broken", "/models/two/1.0.0/try",
    ];

    /// <summary>States that an action leads to.</summary>
    private static readonly (string Name, string Address, Func<IPage, Task> Act)[] States =
    [
        ("a result", "/models/digits-resnet18/1.0.0/try", async page =>
        {
            await page.GetByLabel("Sample 7-0004.png").ClickAsync();
            await Assertions.Expect(page.Locator("#others")).ToContainTextAsync("There is no other version to ask.");
        }),
        ("an image that is none", "/models/digits-resnet18/1.0.0/try", async page =>
        {
            await page.Locator("#own").SetInputFilesAsync(new FilePayload { Name = "x.png", MimeType = "image/png", Buffer = "no"u8.ToArray() });
            await Assertions.Expect(page.Locator("#result .note.bad")).ToBeVisibleAsync();
        }),
        ("an image that is made", "/models/digits-unet/1.0.0/try", async page =>
        {
            await page.GetByLabel("Sample 7-0004.png").ClickAsync();
            await Assertions.Expect(page.Locator("#result img").First).ToBeVisibleAsync();
        }),
        ("segments over an image", "/models/digits-pixels/1.0.0/try", async page =>
        {
            await page.GetByLabel("Sample 7-0004.png").ClickAsync();
            await Assertions.Expect(page.Locator("#result [data-mix] input")).ToBeVisibleAsync();
        }),
        ("an input that is refused beside one that is not", "/models/two/1.0.0/try", async page =>
        {
            await page.Locator("#numbers-0").FillAsync("[1, 2, 3, 4]");
            await page.Locator("#numbers-1").FillAsync("[1, ");
            await Assertions.Expect(page.Locator("#result .note.bad")).ToBeVisibleAsync();
        }),
        ("the metadata as JSON", "/models/digits-resnet18/new", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "JSON", Exact = true }).ClickAsync();
            await page.Locator("#json").FillAsync("""{ "framwork": "tf" }""");
            await Assertions.Expect(page.Locator("#json-state .bad")).ToBeVisibleAsync();
        }),
        ("a dangerous file", "/models/digits-resnet18/new", async page =>
        {
            await page.Locator("#files-input").SetInputFilesAsync(new FilePayload { Name = "weights.pth", MimeType = "application/octet-stream", Buffer = [0x80, 2, .. "cos\nsystem\nX"u8, 2, 0, 0, 0, .. "id"u8, 0x85, (byte)'R', (byte)'.'] });
            await Assertions.Expect(page.Locator("#files .bad").First).ToBeVisibleAsync();
        }),
        ("the list of keys", "/", async page =>
        {
            await page.Locator("[data-keys]").ClickAsync();
            await Assertions.Expect(page.Locator("#keys")).ToBeVisibleAsync();
        }),
        ("chosen versions", "/models/digits-resnet18", async page =>
        {
            await page.GetByLabel("Compare 1.0.0").CheckAsync();
            await Assertions.Expect(page.Locator(".comparebar")).ToBeVisibleAsync();
        }),
    ];

    [ChromiumFact]
    public async Task PagesAndStates_HaveNoViolationOfWcag22_AndNothingScrollsSideways_OnNarrowScreensAndWithLargeTextToo()
    {
        using var registry = await Filled();
        await using var dashboard = await RunningDashboard.Start(registry);
        var wrong = new List<string>();

        foreach (var (width, dark) in Looks)
        {
            await using var browser = await BrowserPage.Open(dashboard.Address, width, dark);
            foreach (var (name, address, act) in Addresses.Select(a => (a, a, (Func<IPage, Task>?)null)).Concat(States.Select(s => (s.Name, s.Address, (Func<IPage, Task>?)s.Act))))
            {
                await browser.Page.GotoAsync(address);
                if (act is not null) await act(browser.Page);
                wrong.AddRange(await Violations(browser.Page, $"{name} at {width} {(dark ? "dark" : "light")}"));
                if (await Scrolls(browser.Page)) wrong.Add($"{name} scrolls sideways at {width}");
                if (act is not null) continue;
                var harder = width == 390 ? "320 px" : "text of 200 %";
                if (width == 390) await browser.Page.SetViewportSizeAsync(320, 900);
                else await browser.Page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
                if (await Scrolls(browser.Page)) wrong.Add($"{name} scrolls sideways with {harder}: {await Widest(browser.Page)}");
                await browser.Page.SetViewportSizeAsync(width, 900);
            }

            wrong.AddRange(browser.Troubles);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [ChromiumFact]
    public async Task EmptyAndReadOnlyRegistries_HaveNoViolationOfWcag22()
    {
        using var registry = await Filled();
        using var empty = new TestRegistry();
        var wrong = new List<string>();
        foreach (var (shown, options, addresses) in new[] { (empty, new DashboardOptions(), new[] { "/", "/activity", "/health" }), (registry, new DashboardOptions { ReadOnly = true }, ["/", "/models/digits-resnet18/1.0.0", "/models/digits-resnet18/1.0.0/verification"]) })
        {
            await using var dashboard = await RunningDashboard.Start(shown, options);
            foreach (var (width, dark) in new[] { (1280, true), (390, false) })
            {
                await using var browser = await BrowserPage.Open(dashboard.Address, width, dark);
                foreach (var address in addresses)
                {
                    await browser.Page.GotoAsync(address);
                    wrong.AddRange(await Violations(browser.Page, $"{address} at {width}"));
                    if (await Scrolls(browser.Page)) wrong.Add($"{address} scrolls sideways at {width}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [ChromiumFact]
    public async Task Comparison_OnAPhone_HasEachFieldAboveItsValues()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        registry.Register("digits", 0.95);
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address, 390);
        await browser.Page.GotoAsync("/models/digits/compare?v=1.0.0&v=1.1.0&all=1");

        var rows = await browser.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('.table.compare tbody tr:not(.group)')].map(row => {
              const field = row.querySelector('th').getBoundingClientRect();
              const values = [...row.querySelectorAll('td:not(.num)')].map(v => v.getBoundingClientRect());
              return values.every(v => v.top >= field.bottom && v.width > row.clientWidth / 3) ? '' : row.textContent;
            })
            """);

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal("", row));
    }

    [ChromiumFact]
    public async Task Keyboard_ReachesEverything_AndShowsWhereItIs()
    {
        using var registry = await Filled();
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var wrong = new List<string>();
        foreach (var address in new[] { "/", "/models/digits-resnet18", "/models/digits-resnet18/1.0.0", "/models/digits-resnet18/1.0.0/layers", "/models/digits-resnet18/1.0.0/try", "/models/digits-resnet18/new", "/models/digits-resnet18/1.0.0/promote", "/models/digits-resnet18/compare?v=1.0.0&v=1.1.0", "/activity" })
        {
            await browser.Page.GotoAsync(address);
            // Everything that can be operated and is shown; of radio buttons of one name, one has the focus.
            var expected = await browser.Page.EvaluateAsync<int>(
                """
                () => {
                  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
                    .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }) && !e.closest('dialog:not([open])') && !(e.type === 'radio' && !e.checked));
                  all.forEach((e, i) => { e.dataset.walk = i; });
                  window.walked = [];
                  const outlined = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0;
                  document.addEventListener('focusin', ({ target: e }) => {
                    const shown = outlined(getComputedStyle(e, '::after')) || [e, e.closest('label'), e.nextElementSibling, e.parentElement, e.previousElementSibling, e.closest('.row')].filter(Boolean).some(x => outlined(getComputedStyle(x)));
                    window.walked.push([e.dataset.walk ?? '', shown ? '1' : '', e.outerHTML.slice(0, 120)]);
                  });
                  return all.length;
                }
                """);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            await browser.Page.EvaluateAsync("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)");
            // What had the focus is told for many steps at once.
            const int Steps = 20;
            for (var step = 0; step < expected + 5 && seen.Count < expected; step += Steps)
            {
                for (var i = 0; i < Math.Min(Steps, expected + 5 - step); i++) await browser.Page.Keyboard.PressAsync("Tab");
                foreach (var at in await browser.Page.EvaluateAsync<string[][]>("() => window.walked.splice(0)"))
                {
                    if (at[0].Length > 0) seen.Add(at[0]);
                    if (at[1].Length == 0) wrong.Add($"{address}: no focus to see at {at[2]}");
                }
            }

            if (seen.Count < expected) wrong.Add($"{address}: {seen.Count} of {expected} were reached; not: {string.Join(" | ", await browser.Page.EvaluateAsync<string[]>("seen => [...document.querySelectorAll('[data-walk]')].filter(e => !seen.includes(e.dataset.walk)).slice(0, 5).map(e => e.outerHTML.slice(0, 120))", seen.ToArray()))}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task<TestRegistry> Filled()
    {
        var registry = new TestRegistry(TestRegistry.Start.Demo);
        registry.Open().Yank(ModelId.Parse("digits-resnet18/1.1.0"), "trained too briefly", ModelVersion.Parse("1.0.0"));
        MadeNetworks.Two(registry);
        MadeNetworks.Segments(registry);
        registry.Register("broken", 0.5);
        registry.Register("broken", 0.6);
        // Bytes that are not in the store, and a manifest that cannot be read.
        var open = registry.Open();
        var id = ModelId.Parse("broken/1.0.0");
        File.Delete(open.Locate(open.Get(id).Weights, id, CancellationToken.None));
        await File.WriteAllTextAsync(Path.Combine(registry.Root, "broken", "versions", "1.1.0.json"), "{");
        await File.WriteAllTextAsync(Path.Combine(registry.Root, "digits-resnet18", "README.md"), "# A card\n\nWith [a link](https://example.org) and\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        return registry;
    }

    // By its script alone: the package's own call opens another page for each answer, for frames, which no page of ours has.
    private static async Task<IEnumerable<string>> Violations(IPage page, string where)
    {
        await page.EvaluateAsync(Axe);
        var found = await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }))
              .violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html).join(' | ')}`)
            """);
        return found.Select(v => $"{where}: {v}");
    }

    private static Task<bool> Scrolls(IPage page) => page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");

    private static Task<string> Widest(IPage page) => page.EvaluateAsync<string>(
        "[...document.querySelectorAll('main *, header *, footer *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll')).slice(0, 3).map(e => e.outerHTML.slice(0, 90)).join(' | ')");
}
