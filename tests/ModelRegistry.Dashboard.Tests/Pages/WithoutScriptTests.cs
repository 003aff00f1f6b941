using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Pages;

/// <summary>Every page as a browser without scripts has it: what it is about is there, nothing waits for a script, and each form can be sent.</summary>
public sealed class WithoutScriptTests
{
    private const string Version = "/models/digits-resnet18/1.0.0";

    /// <summary>Each page with what it must hold: a selector, and a text that is in one of its elements.</summary>
    private static readonly (string Route, string Address, (string Selector, string Text)[] Content)[] Pages =
    [
        ("/", "/", [("li.row h3", "digits-resnet18"), ("li.row .metric", "0.958"), ("li.row dd", "1.0.0"), ("li.row svg", ""), ("details.fold", "image-classification"), ("form[role=search] input[name=q]", "")]),
        ("/fragments/models", "/fragments/models?q=unet", [("li.row h3", "digits-unet")]),
        ("/activity", "/activity", [("ol.log li", "production"), ("ol.log li", "A. Author"), ("ol.log li", "the most accurate one"), ("form[method=get] select", "")]),
        ("/health", "/health", [("main h1", "Health"), ("main .note", "The registry is healthy.")]),
        ("/api", "/api", [("main", "/api/v1/models/{name}/versions/{version}/predict"), ("main", "POST")]),
        ("/new", "/new", [("form[action='/drafts'] input[name=name]", ""), ("form input[type=file]", ""), ("form [name=framework]", "")]),
        ("/models/{name}", "/models/digits-resnet18", [(".tile", "Latest"), (".tile", "production"), ("svg.chart a", ""), ("table tbody tr", "1.1.0"), ("table tbody tr", "Twenty epochs"), ("form.versions input[name=v]", "")]),
        ("/models/{name}/compare", "/models/digits-resnet18/compare?v=1.0.0&v=1.1.0&layers=1", [(".note", "worse"), ("table.compare tbody tr", "accuracy"), ("table.compare tbody tr", "loss"), ("main", "fc.weight")]),
        ("/models/{name}/card", "/models/digits-resnet18/card", [(".prose h2", "A card"), (".prose td", "2")]),
        ("/models/{name}/activity", "/models/digits-resnet18/activity", [("ol.log li", "register"), ("ol.log li", "1.1.0"), ("form[method=get] select", "")]),
        ("/models/{name}/new", "/models/digits-resnet18/new", [("form[action='/drafts'] [name=bump]", ""), ("form textarea[name=notes]", ""), ("#summary .v", "1.2.0"), ("form input[name=metric-value]", ""), ("button[name=do][value=register]", "Register")]),
        ("/drafts/{id}", "{draft}", [("form textarea[name=json]", "pytorch"), ("button[name=do][value=fields]", ""), ("#checks", ""), ("#summary", "")]),
        ("/models/{name}/{version}", Version, [(".tile", "0.98"), ("table th", "SHA-256"), ("table td", "ef01066070c0"), ("main", "weights"), ("main", "resnet18"), ("main", "MIT"), ("a[href$='/files/labels.txt']", ""), ("main", "Twenty epochs"), ("main", "[-1, 1, 28, 28]")]),
        ("/models/{name}/{version}/layers", Version + "/layers?open=fc&tensor=fc.weight", [(".tree summary", "layer1"), (".tree", "fc.weight"), (".tensor-facts", "minimum"), ("form input[name=find]", ""), (".tree a[href*='open=']", "")]),
        ("/fragments/layers/{name}/{version}", "/fragments/layers/digits-resnet18/1.0.0?open=layer1", [("summary", "0–1")]),
        ("/models/{name}/{version}/try", Version + "/try", [("form[enctype='multipart/form-data'] button[name=sample] img", ""), ("form input[type=file][name=input]", ""), ("form button:not([name])", "Run inference")]),
        ("/models/{name}/{version}/try", "{result}", [("#result [data-class]", "7"), ("#result .probs li", ""), ("#result img[src$='/seen.png']", ""), ("#others a[href*='others=1']", ""), ("#result pre", "modelreg verify digits-resnet18/1.0.0")]),
        ("/fragments/try/{name}/{version}/{result}", "{fragment}", [(".tile", "1.1.0")]),
        ("/models/{name}/{version}/lineage", Version + "/lineage", [("svg.lineage text", "1.0.0"), ("main", "digits")]),
        ("/models/{name}/{version}/verification", Version + "/verification", [("ul.checks li", "golden"), ("form[method=post] button", "Verify")]),
        ("/models/{name}/{version}/use", Version + "/use", [("pre", "<ModelReference"), ("pre", "modelreg pull"), ("pre", "modelreg resolve"), ("pre", "ResolveModel")]),
        ("/models/{name}/{version}/promote", Version + "/promote", [("form textarea[name=reason]", ""), ("form button", "Promote 1.0.0"), ("form [name=alias]", "")]),
        ("/models/{name}/{version}/yank", Version + "/yank", [("form textarea[name=reason]", ""), ("form button", "Yank 1.0.0"), ("form select[name=replacement]", "1.1.0")]),
    ];

    /// <summary>What is no page: files, pictures, documents of the API and of the protocol of Hugging Face.</summary>
    private static readonly string[] Files = ["/assets/", "/favicon.ico", "/samples/", "/openapi/", "/api/v1/", "/api/models/", "/models/{name}/{version}/files/", "/models/{name}/{version}/images/", "/models/{name}/{version}/try/results/", "/registry/{repository}/", "/{**path"];

    [Fact]
    public async Task EveryPage_HasItsContent_AndEveryFormIsTaken()
    {
        using var registry = new TestRegistry(TestRegistry.Start.Demo);
        await File.WriteAllTextAsync(Path.Combine(registry.Root, "digits-resnet18", "README.md"), "# A card\n\n| a |\n|---|\n| 2 |\n");
        await using var dashboard = await RunningDashboard.Start(registry);
        using var begun = await dashboard.Post("/drafts", ("name", "digits-resnet18"), ("do", "json"), ("framework", "pytorch"));
        using var tried = await dashboard.Post(Version + "/try", ("sample", "7-0004.png"));
        var result = tried.Headers.Location!.OriginalString;
        var made = new Dictionary<string, string>(StringComparer.Ordinal) { ["{draft}"] = begun.Headers.Location!.OriginalString, ["{result}"] = result, ["{fragment}"] = $"/fragments/try/digits-resnet18/1.0.0/{result.Split('=', '#')[1]}" };
        var forms = new Dictionary<string, IHtmlFormElement>(StringComparer.Ordinal);
        var wrong = new List<string>();

        foreach (var (route, address, content) in Pages)
        {
            var at = made.GetValueOrDefault(address, address);
            var page = await dashboard.Page(at.Split('#')[0]);
            if (!Matches(route, at)) wrong.Add($"{at} is not of {route}");
            wrong.AddRange(content.Where(c => !page.QuerySelectorAll(c.Selector).Any(e => e.TextContent.Contains(c.Text, StringComparison.Ordinal))).Select(c => $"{at}: no '{c.Text}' in {c.Selector}"));
            wrong.AddRange(Waiting(page).Select(what => $"{at}: {what}"));
            foreach (var form in page.QuerySelectorAll<IHtmlFormElement>("form"))
            {
                wrong.AddRange(Unusable(form).Select(what => $"{at}: {what}"));
                forms.TryAdd($"{form.Method} {form.GetAttribute("action")}", form);
            }
        }

        wrong.AddRange(dashboard.Routes.Where(IsPage).Select(r => Pattern(r)).Except(Pages.Select(p => p.Route)).Select(missing => $"{missing} is a page that was not looked at"));
        foreach (var (name, form) in forms)
        {
            using var answer = await Send(dashboard, form);
            // What a person has to say first is asked for on the page itself.
            var asks = answer.StatusCode == HttpStatusCode.BadRequest && (await answer.Content.ReadAsStringAsync()).Contains("note bad", StringComparison.Ordinal);
            if (!asks && answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Redirect)) wrong.Add($"{name} answered {(int)answer.StatusCode}");
        }

        Assert.InRange(forms.Count(f => f.Key.StartsWith("post ", StringComparison.Ordinal)), 6, 100);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<string> Waiting(IHtmlDocument page)
    {
        foreach (var busy in page.QuerySelectorAll("[aria-busy=true]")) yield return $"{busy.OuterHtml[..Math.Min(busy.OuterHtml.Length, 90)]} waits";
        foreach (var empty in page.QuerySelectorAll("main section.card, main .card > .body, main table, main ul, main ol, main dl, main pre").Where(e => e.TextContent.Trim().Length == 0 && e.QuerySelector("img, svg, input") is null)) yield return $"{empty.OuterHtml[..Math.Min(empty.OuterHtml.Length, 90)]} is empty";
        if (page.QuerySelector("main")?.TextContent is { } text && (text.Contains("Loading", StringComparison.OrdinalIgnoreCase) && !text.Contains(" loading", StringComparison.Ordinal))) yield return "something is loading";
        // A button that no form takes does something with a script only, so it is there with a script only.
        foreach (var button in page.QuerySelectorAll("button[type=button]").Where(b => b.Closest(".needs-js, .needs-js-block, [hidden], dialog") is null)) yield return $"{button.OuterHtml} does nothing";
    }

    private static IEnumerable<string> Unusable(IHtmlFormElement form)
    {
        var action = form.GetAttribute("action") ?? "";
        if (!action.StartsWith('/')) yield return $"a form leads to '{action}'";
        var fields = form.QuerySelectorAll("input:not([type=hidden]), select, textarea").Length;
        // One line of text is sent by Enter.
        if (form.QuerySelector("button:not([type=button]), input[type=submit]") is null && !(fields == 1 && form.QuerySelector("input[type=search]") is not null)) yield return $"nothing sends the form to {action}";
        if (form.Method == "post" && form.QuerySelector("input[name=form]")?.GetAttribute("value") is not { Length: > 10 }) yield return $"the form to {action} has no token";
        if (form.QuerySelector("input[type=file]") is not null && form.GetAttribute("enctype") != "multipart/form-data") yield return $"the form to {action} sends no files";
    }

    private static bool IsPage(RouteEndpoint route) =>
        route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true && !Files.Any(f => Pattern(route).StartsWith(f, StringComparison.Ordinal));

    private static string Pattern(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/');

    private static bool Matches(string route, string address) => new TemplateMatcher(TemplateParser.Parse(route), []).TryMatch(address.Split('?', '#')[0], []);

    /// <summary>Sends a form as its first button would, with what stands in it.</summary>
    private static async Task<HttpResponseMessage> Send(RunningDashboard dashboard, IHtmlFormElement form)
    {
        var fields = form.QuerySelectorAll("input, select, textarea").Where(e => !e.HasAttribute("disabled") && e.GetAttribute("type") is not "file" && (e.GetAttribute("type") is not ("checkbox" or "radio") || e.HasAttribute("checked")))
            .Select(e => (Name: e.GetAttribute("name") ?? "", Value: e switch { IHtmlInputElement input => input.DefaultValue, IHtmlTextAreaElement area => area.Value, IHtmlSelectElement select => select.Value ?? "", _ => "" }))
            .Concat(form.QuerySelectorAll<IHtmlButtonElement>("button[name]").Take(1).Select(b => (Name: b.Name!, Value: b.Value)))
            .Where(f => f.Name.Length > 0).ToList();
        var action = form.GetAttribute("action")!;
        if (form.Method != "post") return await dashboard.Client.GetAsync(new Uri(action + "?" + string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(f.Value)}")), UriKind.Relative));
        using HttpContent content = form.GetAttribute("enctype") == "multipart/form-data" ? Parts(fields) : new FormUrlEncodedContent(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)));
        return await dashboard.Client.PostAsync(new Uri(action, UriKind.Relative), content);
    }

    private static MultipartFormDataContent Parts(List<(string Name, string Value)> fields)
    {
        var parts = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            var part = new StringContent(value);
            part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"" };
            parts.Add(part);
        }

        return parts;
    }
}
