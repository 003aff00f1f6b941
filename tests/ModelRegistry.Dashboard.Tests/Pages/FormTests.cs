using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Parser;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

/// <summary>Everything that changes something, without script: forms alone.</summary>
public sealed class FormTests
{
    [Fact]
    public async Task Promote_MovesTheAlias_WithItsReasonInOneCommit()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Post("/models/digits/1.0.0/promote", ("alias", "production"), ("reason", "passed"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("1.0.0", registry.Open().GetFamily(ModelName.Parse("digits")).Aliases["production"].Version.Value);
        Assert.Equal("passed", registry.Open().GetFamily(ModelName.Parse("digits")).Aliases["production"].Reason);
    }

    [Fact]
    public async Task Promote_AliasMovedMeanwhile_NamesTheOtherAndKeepsTheReason()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        registry.Register("digits", 0.91);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.1.0"), "production", "theirs");
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Post("/models/digits/1.0.0/promote", ("alias", "production"), ("reason", "mine"), ("at-production", "1.0.0"));
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("@production of digits was at 1.0.0 and is at 1.1.0 now, by A. Author", page.QuerySelector(".note.bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("mine", page.QuerySelector("textarea")!.TextContent);
        Assert.Equal("1.1.0", page.QuerySelector("input[name=at-production]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData("none", null)]
    [InlineData(null, "http://evil.example")]
    [InlineData(null, "null")]
    [InlineData(null, "http://127.0.0.1:1")]
    public async Task Changes_FromElsewhere_AreRefused(string? site, string? origin)
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/models/digits/1.0.0/yank") { Content = new FormUrlEncodedContent([new("form", dashboard.Services.FormToken.Value), new("reason", "x")]) };
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        if (origin is not null) request.Headers.Add("Origin", origin);

        using var answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(registry.Open().GetYank(ModelId.Parse("digits/1.0.0")));
    }

    [Fact]
    public async Task Changes_WithTheFormOfAnotherProcess_AreRefused_AndTheTextIsKept()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Client.PostAsync(new Uri("/models/digits/1.0.0/yank", UriKind.Relative), new FormUrlEncodedContent([new("form", "0"), new("reason", "kept")]));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("kept", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(registry.Open().GetYank(ModelId.Parse("digits/1.0.0")));
    }

    [Fact]
    public async Task ReadOnly_HasNoButtons_AndRefusesChanges()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry, new DashboardOptions { ReadOnly = true });

        using var answer = await dashboard.Post("/models/digits/1.0.0/yank", ("reason", "x"));

        foreach (var (address, command) in new[]
        {
            ("/models/digits", "modelreg register --name digits"), ("/models/digits/1.0.0", "modelreg yank digits 1.0.0"), ("/models/digits/1.0.0/verification", "modelreg verify digits/1.0.0"),
            ("/models/digits/1.0.0/promote", "modelreg promote digits/1.0.0 production"), ("/models/digits/1.0.0/yank", "modelreg yank digits 1.0.0"), ("/models/digits/new", "modelreg register --name digits"), ("/new", "modelreg register --name my-model"),
        })
        {
            var page = await dashboard.Page(address);
            Assert.Empty(page.QuerySelectorAll("form[method=post]"));
            Assert.Contains(command, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task NewVersion_ByFormAlone_UploadsAndRegisters()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(dashboard.Services.FormToken.Value), "form" }, { new StringContent("digits"), "name" }, { new StringContent("minor"), "bump" }, { new StringContent("save"), "do" },
            { new StringContent("accuracy"), "metric-name" }, { new StringContent("0.95"), "metric-value" }, { new StringContent("by form"), "notes" }, { new StringContent("1"), "verify-shown" },
        };
        var file = new ByteArrayContent(TestRegistry.Safetensors(("fc.weight", [3, 3])));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "files", "..\\..\\evil/weights.safetensors");

        using var saved = await dashboard.Client.PostAsync(new Uri("/drafts", UriKind.Relative), form);
        var draft = saved.Headers.Location!.OriginalString;
        var page = await dashboard.Page(draft);
        using var registered = await Send(dashboard, draft, ("do", "register"), ("bump", "minor"), ("expected", "1.1.0"), ("metric-name", "accuracy"), ("metric-value", "0.95"), ("notes", "by form"), ("verify-shown", "1"));

        Assert.Contains("weights.safetensors", page.QuerySelector("#files")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("scanned: safe", page.QuerySelector("#files")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, registered.StatusCode);
        var manifest = registry.Open().Get(ModelId.Parse("digits/1.1.0"));
        Assert.Equal("by form", manifest.Notes);
        Assert.Equal(0.95, manifest.Metrics["accuracy"]);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(registry.Folder, "models", "tmp")));
    }

    [Fact]
    public async Task NewVersion_NumberTakenMeanwhile_IsAConflictThatNamesTheOther()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        var draft = dashboard.Services.Drafts.Begin("digits", false, new Drafts.DraftFields { Verify = false });
        var upload = dashboard.Services.Uploads.Begin(draft, "weights.safetensors", TestRegistry.Safetensors(("fc.weight", [3, 3])).Length, null);
        await dashboard.Services.Uploads.Append(upload.Id, 0, new MemoryStream(TestRegistry.Safetensors(("fc.weight", [3, 3]))), CancellationToken.None);
        registry.Register("digits", 0.92);

        using var conflict = await Send(dashboard, $"/drafts/{draft.Id}", ("do", "register"), ("expected", "1.1.0"), ("verify-shown", "1"));
        var page = await new HtmlParser().ParseDocumentAsync(await conflict.Content.ReadAsStringAsync());
        using var again = await Send(dashboard, $"/drafts/{draft.Id}", ("do", "register"), ("expected", page.QuerySelector("input[name=expected]")!.GetAttribute("value")!), ("verify-shown", "1"));

        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
        Assert.Contains("A. Author registered 1.1.0 while you were here", page.QuerySelector("#summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
        Assert.Equal(3, registry.Open().GetFamily(ModelName.Parse("digits")).Versions.Count);
    }

    [Fact]
    public async Task DemoDataVerificationAndYank_ByFormAlone()
    {
        using var registry = new TestRegistry();
        await using var dashboard = await RunningDashboard.Start(registry);

        using var demo = await dashboard.Post("/demo");
        using var verified = await dashboard.Post("/models/digits-resnet18/1.0.0/verify");
        using var yanked = await dashboard.Post("/models/digits-resnet18/1.1.0/yank", ("reason", "trained too briefly"), ("replacement", "1.0.0"));
        var report = await dashboard.Page("/models/digits-resnet18/1.0.0/verification");

        Assert.All([demo, verified, yanked], answer => Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode));
        Assert.Contains("golden", report.QuerySelector("ul.checks")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("1.0.0", registry.Open().GetYank(ModelId.Parse("digits-resnet18/1.1.0"))!.Replacement!.Value);
    }

    private static async Task<HttpResponseMessage> Send(RunningDashboard dashboard, string address, params (string Key, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent(dashboard.Services.FormToken.Value), "form" } };
        foreach (var (key, value) in fields) form.Add(new StringContent(value), key);
        return await dashboard.Client.PostAsync(new Uri(address, UriKind.Relative), form);
    }
}
