using Microsoft.Playwright;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Browser;

public sealed class ChangedSinceOpenedTests
{
    [ChromiumFact]
    public async Task Page_ThatOthersChanged_SaysHowOftenAndReloads()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;
        await page.GotoAsync("/models/digits");
        await Assertions.Expect(page.Locator("#changed")).ToBeHiddenAsync();

        registry.Register("digits", 0.95);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.1.0"), "production", "better");
        await page.EvaluateAsync("dispatchEvent(new Event('focus'))");

        await Assertions.Expect(page.Locator("#changed")).ToContainTextAsync("2 changes since this page was opened");
        await page.Locator("#changed a").ClickAsync();
        await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#changed")).ToBeHiddenAsync();
        Assert.Empty(browser.Troubles);
    }

    [ChromiumFact]
    public async Task Form_SentWhileTheDashboardIsAway_KeepsWhatWasWritten_AndIsSentWhenItIsBack()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;
        await page.GotoAsync("/models/digits/1.0.0/yank");
        await page.GetByLabel("Reason").FillAsync("trained on mislabelled data");

        await page.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Yank 1.0.0" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");
        await Assertions.Expect(page.GetByLabel("Reason")).ToHaveValueAsync("trained on mislabelled data");

        await page.Context.SetOfflineAsync(false);
        await page.GetByRole(AriaRole.Button, new() { Name = "Yank 1.0.0" }).ClickAsync();
        await Assertions.Expect(page.Locator(".note.bad")).ToContainTextAsync("trained on mislabelled data");
        Assert.Equal("trained on mislabelled data", registry.Open().GetYank(ModelId.Parse("digits/1.0.0"))?.Reason);
    }
}
