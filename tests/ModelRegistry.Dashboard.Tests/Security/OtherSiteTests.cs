using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Tests.Browser;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

/// <summary>Pages of another origin (another port) and of another site (another host name) in a real browser, against an open dashboard.</summary>
public sealed class OtherSiteTests
{
    [ChromiumFact]
    public async Task OtherPages_ChangeNothing_ReadNothing_AndFrameNothing()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var attacker = await Attacker(dashboard);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;
        var before = registry.Git("rev-parse", "HEAD");
        var forms = 0;

        foreach (var host in new[] { "127.0.0.1", "localhost" })
        {
            var origin = $"http://{host}:{new Uri(attacker.Urls.First()).Port}";
            // A form that is sent by itself, from the page and from a sandboxed frame, whose origin is null.
            foreach (var address in new[] { "/form", "/sandboxed" })
            {
                // In a page of its own, since the form takes its page along.
                var sending = await page.Context.NewPageAsync();
                await sending.GotoAsync(origin + address, new() { WaitUntil = WaitUntilState.Commit });
                Assert.All(await dashboard.Answered.To("POST", "/yank", ++forms), status => Assert.Equal(403, status));
                await sending.CloseAsync();
            }

            // Requests of a script: neither their effect nor their answer.
            await page.GotoAsync(origin + "/");
            var read = await page.EvaluateAsync<string>(
                """
                async (target) => {
                  const results = [];
                  for (const [path, init] of [['/api/v1/models', {}], ['/api/v1/models/digits/versions/1.0.0/yank', { method: 'POST', body: '{"reason":"x"}' }], ['/api/v1/models/digits/aliases/production', { method: 'PUT', body: '{"version":"1.0.0"}' }], ['/', { mode: 'no-cors' }]]) {
                    try { const answer = await fetch(target + path, init); results.push(answer.type === 'opaque' ? 'opaque' : await answer.text()); } catch (error) { results.push('refused'); }
                  }
                  return results.join();
                }
                """, dashboard.Address.ToString().TrimEnd('/'));
            Assert.Matches("^refused,refused,refused,(refused|opaque)$", read);
            // One of them reached the server: what needs no question beforehand is sent, and refused there.
            forms++;

            // A frame stays empty.
            await page.GotoAsync(origin + "/framed");
            await Assertions.Expect(page.Locator("iframe")).ToHaveAttributeAsync("data-loaded", "1");
            Assert.DoesNotContain(page.Frames, frame => frame.Url.StartsWith(dashboard.Address.ToString(), StringComparison.Ordinal));
        }

        Assert.Equal(before, registry.Git("rev-parse", "HEAD"));
        Assert.Empty(registry.Open().GetFamily(ModelName.Parse("digits")).Aliases);
    }

    private static async Task<WebApplication> Attacker(RunningDashboard dashboard)
    {
        var target = dashboard.Address.ToString().TrimEnd('/');
        // The secret of the forms is given to it: where a request comes from has to be enough.
        var form = $"<form method=post action='{target}/models/digits/1.0.0/yank'><input name=form value='{dashboard.Services.FormToken.Value}'><input name=reason value=evil></form><script>document.forms[0].submit()</script>";
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<!DOCTYPE html>" + http.Request.Path.Value switch
            {
                "/form" => form,
                "/sandboxed" => $"<iframe sandbox='allow-scripts allow-forms' srcdoc=\"{System.Net.WebUtility.HtmlEncode(form)}\"></iframe>",
                "/framed" => $"<iframe src='{target}/models/digits' onload='this.dataset.loaded=1'></iframe>",
                _ => "<p>evil</p>",
            });
        });
        await app.StartAsync();
        return app;
    }
}
