using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Tests.Browser;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

/// <summary>The metadata of a new version: fields and JSON are two views of one document.</summary>
public sealed class DraftDocumentTests
{
    private const string Document = """{ "framework": "jax", "architecture": "lenet", "inputs": [{ "name": "a", "dtype": "int64", "shape": [-1, 2] }, { "name": "b", "shape": [1] }], "metrics": { "accuracy": 0.95 }, "hyperparameters": { "lr": 0.1 }, "dataset": { "name": "mnist", "version": "2" }, "parent": "digits/1.0.0", "run": "https://ci.example/7", "notes": "two\nlines", "tags": { "team": "vision" }, "license": "MIT", "extra": { "seed": [1] } }""";

    [Fact]
    public async Task Document_ShowsItsFields_AndFieldsTheirDocument_WithoutScript()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var begun = await dashboard.Post("/drafts", ("name", "digits"), ("do", "json"), ("framework", "pytorch"), ("inputs", "x=1x2"), ("tags", "a=b"), ("metric-name", "accuracy"), ("metric-value", "0.9"));
        var draft = begun.Headers.Location!.OriginalString;
        var json = (await dashboard.Page(draft)).QuerySelector("#json")!.TextContent;
        using var written = await dashboard.Post(draft, ("do", "fields"), ("view", "json"), ("json", Document));
        var fields = await dashboard.Page(draft);
        string Value(string name) => fields.QuerySelector($"[name={name}]") is IHtmlTextAreaElement area ? area.Value : fields.QuerySelector($"[name={name}]")!.GetAttribute("value")!;

        Assert.Equal("""{"framework":"pytorch","inputs":[{"name":"x","dtype":"float32","shape":[1,2]}],"metrics":{"accuracy":0.9},"tags":{"a":"b"}}""", string.Concat(json.Where(c => !char.IsWhiteSpace(c))));
        Assert.Equal(HttpStatusCode.Redirect, written.StatusCode);
        Assert.Null(fields.QuerySelector("#json"));
        Assert.Equal(["jax", "lenet", "a=int64:-1x2\nb=float32:1", "accuracy", "0.95", "lr=0.1", "mnist@2", "digits/1.0.0", "https://ci.example/7", "two\nlines", "team=vision", "MIT"], new[] { "framework", "architecture", "inputs", "metric-name", "metric-value", "hyperparameters", "dataset", "parent", "run", "notes", "tags", "license" }.Select(Value));
    }

    [Theory]
    [InlineData("""{ "framwork": "jax" }""", "did you mean framework?")]
    [InlineData("""{ "framework": 1 }""", "$.framework")]
    [InlineData("""{ "metrics": { "accuracy": NaN } }""", "not a finite number")]
    [InlineData("/etc/passwd", "is not valid JSON")]
    [InlineData("", "is not valid JSON")]
    public async Task Document_ThatCannotBeRead_IsKept_SaysWhy_AndIsNotRegistered(string text, string why)
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        using var begun = await dashboard.Post("/drafts", ("name", "digits"), ("do", "json"), ("framework", "pytorch"));
        var draft = begun.Headers.Location!.OriginalString;

        using var saved = await dashboard.Post(draft, ("do", "save"), ("view", "json"), ("json", text), ("bump", "major"));
        var page = await dashboard.Page(draft);
        using var register = await dashboard.Post(draft, ("do", "register"), ("view", "json"), ("json", text), ("bump", "major"));
        using var switched = await dashboard.Post(draft, ("do", "fields"), ("view", "json"), ("json", text));
        var after = await new HtmlParser().ParseDocumentAsync(await switched.Content.ReadAsStringAsync());

        Assert.Equal(text, page.QuerySelector("#json")!.TextContent);
        Assert.Contains(why, page.QuerySelector("#json-state .bad")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("metadata that can be read", page.QuerySelector("#summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("2.0.0", page.QuerySelector("#summary .v")!.TextContent);
        Assert.Equal(HttpStatusCode.BadRequest, register.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, switched.StatusCode);
        Assert.Equal(text, after.QuerySelector("#json")!.TextContent);
    }

    [Fact]
    public async Task Fields_ThatCannotBeWritten_StayAsTheyAre()
    {
        using var registry = new TestRegistry();
        await using var dashboard = await RunningDashboard.Start(registry);

        using var refused = await dashboard.Post("/drafts", ("name", "digits"), ("new", "1"), ("do", "json"), ("inputs", "x=float32:1xtwo"), ("notes", "kept"));
        var page = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("is not a shape", page.QuerySelector("#metadata .note.bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("x=float32:1xtwo", "kept"), (page.QuerySelector("#inputs")!.TextContent, page.QuerySelector("#notes")!.TextContent));
    }

    [Fact]
    public async Task Document_WithMoreThanFieldsHold_SaysSo_AndIsRegisteredAsItStands()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        const string Text = """{ "tags": { "why": "a=b" }, "hyperparameters": { "seed": "7" }, "extra": { "a": [1, 2] } }""";
        using var begun = await dashboard.Post("/drafts", ("name", "digits"), ("do", "json"));
        var draft = dashboard.Services.Drafts.All[0];
        var weights = TestRegistry.Safetensors(("fc.weight", [3, 3]));
        await dashboard.Services.Uploads.Append(dashboard.Services.Uploads.Begin(draft, "weights.safetensors", weights.Length, null).Id, 0, new MemoryStream(weights), CancellationToken.None);

        using var switched = await dashboard.Post($"/drafts/{draft.Id}", ("do", "fields"), ("view", "json"), ("json", Text));
        var page = await new HtmlParser().ParseDocumentAsync(await switched.Content.ReadAsStringAsync());
        using var registered = await dashboard.Post($"/drafts/{draft.Id}", ("do", "register"), ("view", "json"), ("json", Text), ("expected", "1.1.0"), ("verify-shown", "1"), ("source-commit", new string('a', 40)), ("source-repository", "https://example.org/training"));

        Assert.Contains("'hyperparameters' holds what fields cannot show", page.QuerySelector("#metadata .note.bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(Text, page.QuerySelector("#json")!.TextContent);
        Assert.Equal(HttpStatusCode.Redirect, registered.StatusCode);
        var manifest = registry.Open().Get(ModelId.Parse("digits/1.1.0"));
        Assert.Equal(("a=b", "\"7\"", new string('a', 40)), (manifest.Tags["why"], manifest.Hyperparameters["seed"].GetRawText(), manifest.Lineage!.Commit));
        Assert.Equal(2, manifest.Unknown!["extra"].GetProperty("a").GetArrayLength());
    }

    [ChromiumFact]
    public async Task Toggle_KeepsBothViewsAlike_WithoutLeavingThePage()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;

        await page.GotoAsync("/models/digits/new");
        await page.GetByLabel("Framework").FillAsync("jax");
        await page.GetByRole(AriaRole.Button, new() { Name = "JSON", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#json")).ToHaveValueAsync(new Regex("\"framework\": \"jax\""));
        await page.Locator("#json").FillAsync("""{ "framwork": "tf" }""");
        await Assertions.Expect(page.Locator("#json-state .bad")).ToContainTextAsync("did you mean framework?");
        await page.Locator("#json").FillAsync("""{ "framework": "tf", "metrics": { "accuracy": 0.95 } }""");
        await Assertions.Expect(page.Locator("#json-state")).ToContainTextAsync("better than best 1.0.0");
        await Assertions.Expect(page.Locator("#summary")).ToContainTextAsync("It becomes best.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fields", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("Framework")).ToHaveValueAsync("tf");
        await Assertions.Expect(page.GetByLabel("Value of accuracy")).ToHaveValueAsync("0.95");
        await page.GetByLabel("Metric 2", new() { Exact = true }).FillAsync("loss");
        await Assertions.Expect(page.GetByLabel("Metric 3", new() { Exact = true })).ToHaveCountAsync(1);
        Assert.Empty(browser.Troubles);
    }
}
