using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Api;

public sealed class ApiTests
{
    [Fact]
    public async Task OpenApi_NamesEveryOperation_AndReadsAnswer()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        registry.Register("digits", 0.95);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var document = JsonDocument.Parse(await dashboard.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));

        Assert.StartsWith("3.1", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().ToList();
        Assert.InRange(paths.Count, 15, 60);
        foreach (var path in paths.Where(p => p.Value.TryGetProperty("get", out _) && !p.Name.Contains("uploads", StringComparison.Ordinal) && !p.Name.EndsWith("/verification", StringComparison.Ordinal)))
        {
            var address = path.Name.Replace("{name}", "digits", StringComparison.Ordinal).Replace("{version}", "1.0.0", StringComparison.Ordinal).Replace("{path}", "weights.safetensors", StringComparison.Ordinal)
                + (path.Name.EndsWith("/compare", StringComparison.Ordinal) ? "?left=digits/1.0.0&right=digits/1.1.0" : path.Name.EndsWith("/resolve", StringComparison.Ordinal) ? "?name=digits&selector=best" : "");
            using var answer = await dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Theory]
    [InlineData("/api/v1/models/nope", HttpStatusCode.NotFound, "MR0203")]
    [InlineData("/api/v1/models/digits/versions/9.9.9", HttpStatusCode.NotFound, "MR0204")]
    [InlineData("/api/v1/models?limit=1000", HttpStatusCode.BadRequest, "MR0920")]
    [InlineData("/api/v1/nope", HttpStatusCode.NotFound, "MR0921")]
    [InlineData("/api/v1/resolve?name=digits&selector=[[", HttpStatusCode.BadRequest, "MR0103")]
    public async Task Errors_AreProblemDocuments(string address, HttpStatusCode status, string code)
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.True(problem.TryGetProperty("requestId", out _));
    }

    [Fact]
    public async Task Upload_BrokenOff_GoesOn_AndIsRegistered()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        var bytes = TestRegistry.Safetensors(("fc.weight", [64, 64]));
        var draft = (await Json(dashboard, HttpMethod.Post, "/api/v1/drafts", """{"name":"digits"}""")).GetProperty("id").GetString();
        var upload = (await Json(dashboard, HttpMethod.Post, "/api/v1/uploads", $$"""{"draft":"{{draft}}","name":"weights.safetensors","size":{{bytes.Length}},"digest":"{{Digest.Of(bytes)}}"}""")).GetProperty("id").GetString();

        using var first = await Part(dashboard, upload!, 0, bytes[..5000]);
        using var wrong = await Part(dashboard, upload!, 10, bytes[10..]);
        using var head = await dashboard.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/v1/uploads/{upload}"));
        using var rest = await Part(dashboard, upload!, 5000, bytes[5000..]);
        var registered = await Json(dashboard, HttpMethod.Post, "/api/v1/models/digits/versions", $$$"""{"draft":"{{{draft}}}","bump":"patch","verify":false,"metadata":{"metrics":{"accuracy":0.97},"notes":"by api"}}""");

        Assert.Equal("5000", head.Headers.GetValues("Upload-Offset").Single());
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
        Assert.Equal("digits/1.0.1", registered.GetProperty("id").GetString());
        Assert.Equal("by api", registry.Open().Get(ModelId.Parse("digits/1.0.1")).Notes);
    }

    [Fact]
    public async Task Upload_TooLarge_Empty_OrOfAnotherDigest_IsRefused()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry, new DashboardOptions { MaxUpload = 1000 });
        var draft = (await Json(dashboard, HttpMethod.Post, "/api/v1/drafts", """{"name":"digits"}""")).GetProperty("id").GetString();

        var large = await Json(dashboard, HttpMethod.Post, "/api/v1/uploads", $$"""{"draft":"{{draft}}","name":"a.pth","size":1001}""");
        var empty = await Json(dashboard, HttpMethod.Post, "/api/v1/uploads", $$"""{"draft":"{{draft}}","name":"a.pth","size":0}""");
        var outside = await Json(dashboard, HttpMethod.Post, "/api/v1/uploads", $$"""{"draft":"{{draft}}","name":"../a.pth","size":5}""");
        var upload = (await Json(dashboard, HttpMethod.Post, "/api/v1/uploads", $$"""{"draft":"{{draft}}","name":"b.pth","size":3,"digest":"{{Digest.Of("abc"u8)}}"}""")).GetProperty("id").GetString();
        using var other = await Part(dashboard, upload!, 0, "xyz"u8.ToArray());

        Assert.Equal("MR0915", large.GetProperty("code").GetString());
        Assert.Equal("MR0108", empty.GetProperty("code").GetString());
        Assert.Equal("MR0106", outside.GetProperty("code").GetString());
        Assert.Equal("MR0917", (await other.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Alias_IfMatch_IsACondition()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        registry.Register("digits", 0.95);
        await using var dashboard = await RunningDashboard.Start(registry);
        async Task<HttpStatusCode> Put(string version, string match)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/models/digits/aliases/production") { Content = JsonContent.Create(new { version, reason = "x" }) };
            request.Headers.TryAddWithoutValidation("If-Match", match);
            using var answer = await dashboard.Client.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await Put("1.0.0", "*"));
        Assert.Equal(HttpStatusCode.Conflict, await Put("1.1.0", "\"1.1.0\""));
        Assert.Equal(HttpStatusCode.OK, await Put("1.1.0", "\"1.0.0\""));
    }

    [Fact]
    public async Task Files_HaveTheDigestAsTag_AndRanges()
    {
        using var registry = new TestRegistry();
        var id = registry.Register("digits", 0.9);
        var file = registry.Open().Get(id).Weights;
        await using var dashboard = await RunningDashboard.Start(registry);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/models/digits/versions/1.0.0/files/weights.safetensors");
        request.Headers.Range = new(2, 5);

        using var answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(4, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal($"\"{file.Digest.Value}\"", answer.Headers.ETag!.Tag);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
    }

    private static async Task<JsonElement> Json(RunningDashboard dashboard, HttpMethod method, string address, string body)
    {
        using var request = new HttpRequestMessage(method, address) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var answer = await dashboard.Client.SendAsync(request);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<HttpResponseMessage> Part(RunningDashboard dashboard, string upload, long offset, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/uploads/{upload}") { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("Upload-Offset", $"{offset}");
        return await dashboard.Client.SendAsync(request);
    }
}
