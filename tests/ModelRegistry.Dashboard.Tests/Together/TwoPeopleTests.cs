using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Together;

public sealed class TwoPeopleTests
{
    // MODELREG_PAIRS=20 is the long run.
    private static readonly int Pairs = int.TryParse(Environment.GetEnvironmentVariable("MODELREG_PAIRS"), NumberStyles.None, CultureInfo.InvariantCulture, out var pairs) ? pairs : 3;

    [Fact]
    public async Task Pairs_ThatRegisterIntoOneFamilyAtOnce_EndWithTwoVersionsEach()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        var conflicts = 0;

        for (var pair = 0; pair < Pairs; pair++)
        {
            var number = $"1.{(pair * 2) + 1}.0";
            var answers = await Task.WhenAll(ByForm(dashboard, number, pair), ByApi(dashboard, number, pair));
            conflicts += answers.Sum();
            var versions = registry.Open().GetFamily(ModelName.Parse("digits")).Versions.Select(v => v.Version.Value).ToList();
            Assert.Equal((pair * 2) + 3, versions.Count);
        }

        // Both agreed to the same number, and only one can have had it.
        Assert.Equal(Pairs, conflicts);
        Assert.Equal((Pairs * 2) + 1, registry.Git("log", "--format=%s", "--grep=^register ", "--", "registry/digits").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("", registry.Git("status", "--porcelain", "registry"));
        Assert.True(registry.Open().Doctor().Healthy);
    }

    [Fact]
    public async Task Alias_MovedByThePersonBeside_IsAConflictThatNamesThemAndTheNextClickSolves()
    {
        using var registry = new TestRegistry();
        for (var i = 0; i < 3; i++) registry.Register("digits", 0.9 + (i / 100.0));
        var name = ModelName.Parse("digits");
        registry.Open().Promote(name, Selector.Parse("1.0.0"), "production", "first");
        await using var dashboard = await RunningDashboard.Start(registry);
        var opened = await dashboard.Page("/models/digits/1.2.0/promote?alias=production");
        registry.Git("config", "user.name", "The Other");
        var theirs = registry.Open().Promote(name, Selector.Parse("1.1.0"), "production", "looked better to me");

        var first = await Submit(dashboard, opened, "/models/digits/1.2.0/promote");
        var again = await Submit(dashboard, first.Page!, "/models/digits/1.2.0/promote");

        Assert.Equal(HttpStatusCode.Conflict, first.Status);
        var note = first.Page!.QuerySelector(".note.bad")!.TextContent;
        Assert.Contains("The Other", note, StringComparison.Ordinal);
        Assert.Contains("looked better to me", note, StringComparison.Ordinal);
        Assert.Contains(theirs.Commit![..12], note, StringComparison.Ordinal);
        Assert.Equal("mine", ((IHtmlTextAreaElement)first.Page.QuerySelector("#reason")!).Value);
        Assert.Equal(HttpStatusCode.Redirect, again.Status);
        Assert.Equal("1.2.0", registry.Open().GetFamily(name).Aliases["production"].Version.Value);
    }

    [Fact]
    public async Task Version_YankedByThePersonBeside_IsAConflictThatNamesThem()
    {
        using var registry = new TestRegistry();
        var id = registry.Register("digits", 0.9);
        registry.Register("digits", 0.95);
        await using var dashboard = await RunningDashboard.Start(registry);
        registry.Git("config", "user.name", "The Other");
        registry.Open().Yank(id, "wrong labels");

        using var answer = await dashboard.Post("/models/digits/1.0.0/yank", ("reason", "too slow"), ("replacement", "1.1.0"));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("The Other", html, StringComparison.Ordinal);
        Assert.Contains("wrong labels", html, StringComparison.Ordinal);
        Assert.Contains("too slow", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registration_OfAnotherProcess_IsOnTheNextPage()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        Assert.DoesNotContain("1.1.0", await dashboard.Client.GetStringAsync(new Uri("/models/digits", UriKind.Relative)), StringComparison.Ordinal);

        registry.Register("digits", 0.95);

        Assert.Contains("1.1.0", await dashboard.Client.GetStringAsync(new Uri("/models/digits", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("1.1.0", await dashboard.Client.GetStringAsync(new Uri("/api/v1/models/digits/versions", UriKind.Relative)), StringComparison.Ordinal);
    }

    /// <summary>Registers through the page and returns how many conflicts it met.</summary>
    private static async Task<int> ByForm(RunningDashboard dashboard, string number, int pair)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (key, value) in new[] { ("form", dashboard.Services.FormToken.Value), ("name", "digits"), ("do", "save"), ("bump", "auto"), ("framework", "pytorch"), ("architecture", "mlp"), ("verify-shown", "1"), ("metric-name", "accuracy"), ("metric-value", "0.91") })
            content.Add(new StringContent(value), key);
        content.Add(new ByteArrayContent(TestRegistry.Safetensors(("fc.weight", [3, pair + 1]))), "files", "weights.safetensors");
        using var begin = new HttpRequestMessage(HttpMethod.Post, "/drafts") { Content = content };
        using var begun = await dashboard.Client.SendAsync(begin);
        var draft = begun.Headers.Location!.OriginalString;
        (string, string)[] fields = [("name", "digits"), ("bump", "auto"), ("framework", "pytorch"), ("architecture", "mlp"), ("verify-shown", "1"), ("metric-name", "accuracy"), ("metric-value", "0.91"), ("do", "register")];
        using var first = await dashboard.Post(draft, [.. fields, ("expected", number)]);
        if (first.StatusCode == HttpStatusCode.Redirect) return 0;
        var html = await first.Content.ReadAsStringAsync();
        Assert.True(first.StatusCode == HttpStatusCode.Conflict, $"{(int)first.StatusCode}: {html}");
        var page = await new HtmlParser().ParseDocumentAsync(html);
        Assert.Contains($"registered {number} while you were here", page.QuerySelector("#summary")!.TextContent, StringComparison.Ordinal);
        using var second = await dashboard.Post(draft, [.. fields, ("expected", page.QuerySelector("input[name=expected]")!.GetAttribute("value")!)]);
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        return 1;
    }

    /// <summary>Registers through the API and returns how many conflicts it met.</summary>
    private static async Task<int> ByApi(RunningDashboard dashboard, string number, int pair)
    {
        var bytes = TestRegistry.Safetensors(("fc.weight", [5, pair + 1]));
        var draft = (await Json(dashboard, "/api/v1/drafts", new { name = "digits" })).Body.GetProperty("id").GetString();
        var upload = (await Json(dashboard, "/api/v1/uploads", new { draft, name = "weights.safetensors", size = bytes.Length })).Body.GetProperty("id").GetString();
        using var part = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/uploads/{upload}") { Content = new ByteArrayContent(bytes) };
        part.Headers.Add("Upload-Offset", "0");
        using var sent = await dashboard.Client.SendAsync(part);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var (status, body) = await Json(dashboard, "/api/v1/models/digits/versions", new { draft, version = number, verify = false });
        if (status == HttpStatusCode.Created) return 0;
        Assert.True(status == HttpStatusCode.Conflict, $"{(int)status}: {body}");
        Assert.Equal("MR0206", body.GetProperty("code").GetString());
        Assert.Contains($"digits/{number} was registered by A. Author", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await Json(dashboard, "/api/v1/models/digits/versions", new { draft, verify = false })).Status);
        return 1;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Json(RunningDashboard dashboard, string address, object body)
    {
        using var answer = await dashboard.Client.PostAsJsonAsync(new Uri(address, UriKind.Relative), body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Sends the form of a page as it stands, with a reason where it has none.</summary>
    private static async Task<(HttpStatusCode Status, IHtmlDocument? Page)> Submit(RunningDashboard dashboard, IHtmlDocument page, string address)
    {
        var form = page.QuerySelector("main form")!;
        var fields = form.QuerySelectorAll("input").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? "")).Where(f => f.Item1 != "form").ToList();
        fields.Add(("reason", form.QuerySelector("#reason")!.TextContent is { Length: > 0 } kept ? kept : "mine"));
        using var answer = await dashboard.Post(address, [.. fields]);
        return (answer.StatusCode, answer.StatusCode == HttpStatusCode.Redirect ? null : await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync()));
    }
}
