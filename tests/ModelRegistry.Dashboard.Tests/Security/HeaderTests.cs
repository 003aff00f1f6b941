using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class HeaderTests(HeaderTests.OneModel served) : IClassFixture<HeaderTests.OneModel>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/nope")]
    [InlineData("/models/digits")]
    [InlineData("/models/digits/latest")]
    [InlineData("/fragments/models")]
    [InlineData("/assets/nope/app.css")]
    [InlineData("/favicon.ico")]
    [InlineData("/api/v1/models")]
    [InlineData("/openapi/v1.json")]
    public async Task EveryAnswer_HasTheHeaders(string address)
    {
        using var answer = await served.Dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));

        string Header(string name) => string.Join(',', answer.Headers.TryGetValues(name, out var values) ? values : []);
        Assert.Equal(SecurityHeaders.ContentPolicy, Header("Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Assets_AreImmutable_AndCompressed()
    {
        var assets = served.Dashboard.Services.Assets;

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/assets/{assets.Folder}/app.css");
        request.Headers.Add("Accept-Encoding", "br");
        using var answer = await served.Dashboard.Client.SendAsync(request);

        Assert.Equal("text/css", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(assets.Files["app.css"].Content, await answer.Content.ReadAsByteArrayAsync());
        Assert.InRange(assets.Files.Values.Sum(a => a.Content.Length), 1, 61_440 + 20_000);
        Assert.InRange(assets.Files.Values.Where(a => a.Name.EndsWith(".js", StringComparison.Ordinal)).Sum(a => a.Content.Length), 1, 30_720);
    }

    public sealed class OneModel() : ReadOnlyDashboard(registry => registry.Register("digits", 0.95));
}
