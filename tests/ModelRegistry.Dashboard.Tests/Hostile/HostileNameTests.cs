using AngleSharp.Html.Parser;
using ModelRegistry.Dashboard.Cards;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Hostile;

public sealed class HostileNameTests
{
    private static readonly string[] Payloads =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)", "{{7*7}}", "${alert(1)}", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
        "<svg/onload=alert(1)>", "<!--<script>", "]]><script>alert(1)</script>", "&lt;script&gt;", "%3Cscript%3E", "\u202Eevil\u202C", "zero\u200Bwidth", "a\u0300\u0301", "<a href=\"javascript:alert(1)\">x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'>", "<style>*{display:none}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "@{alert(1)}", "@page", "<?php", "\\u003cscript\\u003e", "<math><mi xlink:href=\"javascript:alert(1)\">",
    ];

    [Fact]
    public async Task Names_AreText_OnEveryPage()
    {
        using var registry = new TestRegistry();
        var all = string.Join(' ', Payloads);
        registry.Register("digits", 0.9, change: r => r with
        {
            Notes = all,
            Architecture = Payloads[0],
            Framework = Payloads[1],
            License = Payloads[3],
            Tags = Payloads.Where(p => !p.Any(char.IsControl)).Select((p, i) => (p, i)).ToDictionary(p => $"t{p.i}", p => p.p),
            Dataset = new DatasetReference { Name = Payloads[8], Version = Payloads[2] },
            Run = "javascript:alert(1)",
            Family = new FamilySettings { Description = Payloads[0], Task = Payloads[1] },
        });
        registry.Register("digits", 0.95);
        registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.1.0"), "production", Payloads[0]);
        registry.Open().Yank(ModelId.Parse("digits/1.0.0"), Payloads[1]);
        await using var dashboard = await RunningDashboard.Start(registry);

        foreach (var address in new[] { "/", "/?q=" + Uri.EscapeDataString(Payloads[0]), "/models/digits", "/models/digits/1.0.0", "/models/digits/1.0.0/lineage", "/models/digits/1.0.0/use", "/models/digits/1.0.0/verification", "/models/digits/activity", "/activity", "/models/digits/compare?v=1.0.0&v=1.1.0&all=1", "/models/digits/1.0.0/promote", "/models/digits/1.1.0/yank", "/models/digits/new", "/fragments/models" })
        {
            var page = await dashboard.Page(address);
            Assert.DoesNotContain(page.QuerySelectorAll("script"), s => s.TextContent.Length > 0);
            Assert.Empty(page.QuerySelectorAll("iframe, style, base, object, embed, math, img[src='x']"));
            Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name == "style" || (a.Name is "href" or "src" or "action" && a.Value.Contains("script:", StringComparison.OrdinalIgnoreCase))));
            Assert.DoesNotContain('\u202E', page.DocumentElement.TextContent);
            Assert.DoesNotContain('\u200B', page.DocumentElement.TextContent);
        }

        var version = await dashboard.Page("/models/digits/1.0.0");
        Assert.Contains("\\u{202e}evil", version.QuerySelector(".pre")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", version.QuerySelector(".pre")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java\tscript:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("[x](data:text/html,<script>alert(1)</script>)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("![x](https://evil.example/x.png)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](//evil.example)")]
    [InlineData("[x](https://user@evil.example)")]
    [InlineData("[x](../../etc/passwd)")]
    public async Task Card_DangerousLink_IsNoLink(string markdown)
    {
        var html = CardMarkup.Render(markdown, _ => null)!.Value.Value;
        var page = await new HtmlParser().ParseDocumentAsync(html);

        Assert.Empty(page.QuerySelectorAll("a, img, script"));
    }

    [Fact]
    public void Card_NestedTooDeeply_IsText() => Assert.Null(CardMarkup.Render(new string('>', 100_000) + "x", _ => null));

    [Fact]
    public async Task Card_UsualMarkdown_IsLaidOut()
    {
        var html = CardMarkup.Render("# Title\n\n[site](https://example.org/a) **bold**\n\n| a |\n|---|\n| 1 |\n", _ => null)!.Value.Value;
        var page = await new HtmlParser().ParseDocumentAsync(html);

        Assert.Equal("https://example.org/a", page.QuerySelector("a")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector("h2"));
        Assert.NotNull(page.QuerySelector("table td"));
    }
}
