using System.Net;
using System.Net.Http.Headers;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Browser;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class TokenTests
{
    private static readonly DashboardOptions WithToken = new() { Token = true };

    [Theory]
    [InlineData("/")]
    [InlineData("/models/digits")]
    [InlineData("/api/v1/models")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/models/digits/1.0.0/files/weights.safetensors")]
    public async Task WithoutToken_NothingIsShown(string address)
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry, WithToken);

        using var answer = await dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain("digits", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_IsLong_AndTakenAsABearersOrInItsCookieOnly()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry, WithToken);
        var token = dashboard.Services.AccessToken!.Value;

        Assert.Equal(64, token.Length);
        Assert.Equal(HttpStatusCode.OK, await Get(dashboard, "/", bearer: token));
        Assert.Equal(HttpStatusCode.OK, await Get(dashboard, "/", cookie: $"modelreg-{dashboard.Address.Port}={token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(dashboard, "/", cookie: $"modelreg-1={token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(dashboard, "/", bearer: token[..63]));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(dashboard, "/", bearer: token.ToUpperInvariant()));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(dashboard, "/", bearer: token + "0"));
        Assert.Equal(HttpStatusCode.BadRequest, await Get(dashboard, $"/?token={token}"));
        Assert.Equal(HttpStatusCode.BadRequest, await Get(dashboard, $"/?token={token}", bearer: token));
    }

    [Fact]
    public async Task WrongTokens_AreComparedTenTimesAMinute_AndTheRightOneStillOpens()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry, WithToken);

        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Unauthorized, await Get(dashboard, "/", bearer: $"wrong{i}"));

        Assert.Equal(HttpStatusCode.TooManyRequests, await Get(dashboard, "/", bearer: "wrong again"));
        Assert.Equal(HttpStatusCode.OK, await Get(dashboard, "/", bearer: dashboard.Services.AccessToken!.Value));
    }

    [Fact]
    public async Task Session_GivesTheCookieForTheToken()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry, WithToken);
        async Task<HttpResponseMessage> Post(string token) => await dashboard.Client.PostAsync(new Uri("/session", UriKind.Relative), new FormUrlEncodedContent([new("token", token)]));

        using var wrong = await Post("wrong");
        using var right = await Post(dashboard.Services.AccessToken!.Value);

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith($"modelreg-{dashboard.Address.Port}=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Cookie_DoesNotOpenForOtherSites()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry, WithToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/models/digits/1.0.0/yank") { Content = new FormUrlEncodedContent([new("reason", "x")]) };
        request.Headers.Add("Cookie", $"modelreg-{dashboard.Address.Port}={dashboard.Services.AccessToken!.Value}");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(registry.Open().GetYank(ModelId.Parse("digits/1.0.0")));
    }

    [ChromiumFact]
    public async Task PrintedLink_OpensTheDashboard_AndLeavesNoTokenInTheAddress()
    {
        using var registry = Filled();
        await using var dashboard = await RunningDashboard.Start(registry, WithToken);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var token = dashboard.Services.AccessToken!.Value;

        await browser.Page.GotoAsync($"/session#{token}");
        await Assertions.Expect(browser.Page.Locator("li.row")).ToHaveCountAsync(1);

        Assert.DoesNotContain(token, browser.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(token, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal("", await browser.Page.EvaluateAsync<string>("document.cookie"));
        Assert.Empty(browser.Troubles);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public void OtherHost_NeedsTheTokenOrReadOnly(string host)
    {
        var failure = Assert.Throws<Diagnostics.ModelRegistryException>(() => OptionsParser.Parse(["--host", host]));

        Assert.Equal("MR0902", failure.Code);
        Assert.True(OptionsParser.Parse(["--host", host, "--token"]).Token);
        Assert.True(OptionsParser.Parse(["--host", host, "--read-only"]).ReadOnly);
    }

    private static TestRegistry Filled()
    {
        var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        return registry;
    }

    private static async Task<HttpStatusCode> Get(RunningDashboard dashboard, string address, string? bearer = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        using var answer = await dashboard.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
