using Microsoft.Playwright;

namespace ModelRegistry.Dashboard.Tests.Browser;

/// <summary>One page, in a browser context of its own of the run's one Chromium. What a page must never do (dialogs, CSP reports, script errors) is collected.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly Lazy<Task<IBrowser>> Chromium = new(() => Task.Run(Launch));

    private readonly IBrowserContext _context;

    private BrowserPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Dialog += (_, dialog) =>
        {
            Troubles.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.PageError += (_, error) => Troubles.Add($"script: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("Failed to load resource", StringComparison.Ordinal) && !message.Text.Contains("net::ERR", StringComparison.Ordinal)) Troubles.Add($"console: {message.Text}");
        };
    }

    public IPage Page { get; }

    public List<string> Troubles { get; } = [];

    public static async Task<BrowserPage> Open(Uri address, int width = 1280, bool dark = false, bool script = true)
    {
        var context = await (await Chromium.Value).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
        });
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        return new BrowserPage(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private static async Task<IBrowser> Launch()
    {
        var playwright = await Playwright.CreateAsync();
        // The driver ends with this process, and Chromium with the driver.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => playwright.Dispose();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = ChromiumFactAttribute.Path, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }
}
