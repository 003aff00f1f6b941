using Microsoft.AspNetCore.Routing;
using ModelRegistry.Dashboard.Security;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class RouteTableTests
{
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["name"] = "digits",
        ["version"] = "1.0.0",
        ["path"] = "weights.safetensors",
        ["alias"] = "production",
        ["id"] = "none",
        ["result"] = "none",
        ["file"] = "seen.png",
        ["documentName"] = "v1",
        ["repository"] = "registry",
        ["model"] = "digits",
        ["revision"] = "main",
    };

    [Fact]
    public async Task EveryRouteAndMethod_HasTheHeaders_AndNoCookie()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.95);
        await using var dashboard = await RunningDashboard.Start(registry);
        var wrong = new List<string>();
        var seen = 0;

        foreach (var route in dashboard.Routes)
        {
            var address = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter ? Values.GetValueOrDefault(parameter.Name, "x") : ((Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart)p).Content))));
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "HEAD", "POST", "DELETE"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), address);
                if (method is not ("GET" or "HEAD")) request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
                using var answer = await dashboard.Client.SendAsync(request);
                seen++;
                string Header(string name) => string.Join(',', answer.Headers.TryGetValues(name, out var values) ? values : []);
                void Check(bool right, string what)
                {
                    if (!right) wrong.Add($"{method} {address} ({(int)answer.StatusCode}): {what}");
                }

                Check((int)answer.StatusCode < 500, "is a failure of the server");
                Check(Header("Content-Security-Policy") is SecurityHeaders.ContentPolicy or SecurityHeaders.DownloadPolicy, "content policy");
                Check(Header("X-Content-Type-Options") == "nosniff", "nosniff");
                Check(Header("X-Frame-Options") == "DENY", "frames");
                Check(Header("Referrer-Policy") == "no-referrer", "referrer");
                Check(Header("Cross-Origin-Opener-Policy") == "same-origin" && Header("Cross-Origin-Resource-Policy") == "same-origin", "cross-origin policies");
                Check(!answer.Headers.Contains("Set-Cookie") && !answer.Headers.Contains("Server") && !answer.Headers.Any(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)), "has a header that it should not");
                Check(answer.Content.Headers.ContentType is null || answer.Content.Headers.ContentType.MediaType is not ("text/html" or "text/plain") || answer.Content.Headers.ContentType.CharSet == "utf-8", "character set");
            }
        }

        Assert.InRange(seen, 60, 500);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Reading_NeverChangesAnything()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.95);
        await using var dashboard = await RunningDashboard.Start(registry);
        var before = (registry.Git("rev-parse", "HEAD"), registry.Git("status", "--porcelain"));

        foreach (var address in new[] { "/models/digits/1.0.0/yank?reason=x", "/models/digits/1.0.0/promote?alias=production&reason=x", "/models/digits/1.0.0/verify", "/demo", "/drafts", "/api/v1/models/digits/versions/1.0.0/yank", "/?_method=POST" })
        {
            using var plain = await dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));
            using var overridden = new HttpRequestMessage(HttpMethod.Get, address);
            overridden.Headers.Add("X-HTTP-Method-Override", "POST");
            using var answer = await dashboard.Client.SendAsync(overridden);
            Assert.Equal(plain.StatusCode, answer.StatusCode);
        }

        Assert.Equal(before, (registry.Git("rev-parse", "HEAD"), registry.Git("status", "--porcelain")));
        Assert.Empty(dashboard.Services.Drafts.All);
    }
}
