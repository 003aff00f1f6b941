using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using ModelRegistry.Dashboard.Demo;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Browser;

public sealed class AccessibilityTests
{
    private static readonly string[] Addresses =
    [
        "/", "/?q=nothing-like-it", "/activity", "/health", "/api", "/new", "/nope",
        "/models/digits-resnet18", "/models/digits-resnet18/card", "/models/digits-resnet18/activity", "/models/digits-resnet18/compare?v=1.0.0&v=1.1.0&layers=1", "/models/digits-resnet18/new",
        "/models/digits-resnet18/1.0.0", "/models/digits-resnet18/1.1.0", "/models/digits-resnet18/1.0.0/layers?open=layer1.0", "/models/digits-resnet18/1.0.0/try", "/models/digits-resnet18/1.0.0/lineage",
        "/models/digits-resnet18/1.0.0/verification", "/models/digits-resnet18/1.0.0/use", "/models/digits-resnet18/1.0.0/promote", "/models/digits-resnet18/1.0.0/yank",
    ];

    [ChromiumFact]
    public async Task Pages_HaveNoViolationOfWcag22_AndNothingScrollsSideways()
    {
        using var registry = new TestRegistry();
        DemoModels.Register(registry.Open(), CancellationToken.None);
        registry.Open().Yank(ModelId.Parse("digits-resnet18/1.1.0"), "trained too briefly", ModelVersion.Parse("1.0.0"));
        await File.WriteAllTextAsync(Path.Combine(registry.Root, "digits-resnet18", "README.md"), "# A card\n\nWith [a link](https://example.org) and\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        await using var dashboard = await RunningDashboard.Start(registry);
        var wrong = new List<string>();

        foreach (var (width, dark) in new[] { (1280, false), (390, true) })
        {
            await using var browser = await BrowserPage.Open(dashboard.Address, width, dark);
            foreach (var address in Addresses)
            {
                await browser.Page.GotoAsync(address);
                var result = await browser.Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
                wrong.AddRange(result.Violations.Select(v => $"{address} at {width}: {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
                if (width == 390 && await browser.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")) wrong.Add($"{address} scrolls sideways at {width}");
            }

            wrong.AddRange(browser.Troubles);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
