using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.Playwright;
using ModelRegistry.Dashboard.Tests.Browser;
using ModelRegistry.Dashboard.Tests.Security;
using ModelRegistry.Dashboard.Tests.Support;
using ModelRegistry.Dashboard.Trying;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Tests.Trying;

public sealed class InferenceTests
{
    private static readonly string Digits = Path.Combine(MarkupTests.RepositoryRoot(), "samples", "digits");

    // MODELREG_PARITY=20 is the long run.
    private static readonly int Images = int.TryParse(Environment.GetEnvironmentVariable("MODELREG_PARITY"), NumberStyles.None, CultureInfo.InvariantCulture, out var images) ? images : 1;

    [Fact]
    public async Task Predict_GivesTheNumbersOfVerifyImage_ForFourFamilies()
    {
        using var registry = new TestRegistry();
        var names = new[] { "resnet18-improved", "resnet18-baseline", "mobilenet_v2", "densenet121" }.Select(folder => Register(registry, folder)).ToList();
        await using var dashboard = await RunningDashboard.Start(registry);
        var open = registry.Open();
        foreach (var image in Directory.EnumerateFiles(Path.Combine(Digits, "heldout"), "*.png").Order(StringComparer.Ordinal).Take(Images))
        {
            foreach (var id in names)
            {
                var report = Verifier.Verify(open, open.Resolve(id.Name, Selector.Exactly(id.Version)), new VerifyOptions { Image = image, Top = 10, Record = false }).Report;
                using var content = new ByteArrayContent(await File.ReadAllBytesAsync(image));
                using var answer = await dashboard.Client.PostAsync(new Uri($"/api/v1/models/{id.Name}/versions/{id.Version}/predict?top=10", UriKind.Relative), content);
                var top = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("top").EnumerateArray().Select(t => (t.GetProperty("label").GetString()!, t.GetProperty("probability").GetDouble())).ToList();

                Assert.Equal(10, top.Count);
                Assert.Equal(report.Top.Select(t => t.Label), top.Select(t => t.Item1));
                Assert.All(report.Top.Zip(top), pair => Assert.Equal(pair.First.Probability, pair.Second.Item2, 6));
            }
        }
    }

    [Fact]
    public async Task TwoHundredAtOnce_AreAnsweredOrAskedToComeAgain_AndPagesAreServed()
    {
        using var registry = new TestRegistry();
        var id = Register(registry, "mobilenet_v2");
        await using var dashboard = await RunningDashboard.Start(registry);
        var image = await File.ReadAllBytesAsync(Path.Combine(Digits, "heldout", "7-0004.png"));
        async Task<(HttpStatusCode Status, bool Retry)> Predict()
        {
            using var content = new ByteArrayContent(image);
            using var answer = await dashboard.Client.PostAsync(new Uri($"/api/v1/models/{id.Name}/versions/{id.Version}/predict", UriKind.Relative), content);
            return (answer.StatusCode, answer.Headers.RetryAfter is not null);
        }

        var asked = Enumerable.Range(0, 200).Select(_ => Task.Run(Predict)).ToList();
        for (var i = 0; i < 10; i++) await dashboard.Page("/");
        var answers = await Task.WhenAll(asked);

        Assert.All(answers, a => Assert.True(a is (HttpStatusCode.OK, false) or (HttpStatusCode.TooManyRequests, true), a.ToString()));
        // The one that runs, and those that may wait.
        Assert.InRange(answers.Count(a => a.Status == HttpStatusCode.OK), ModelWorkers.QueueLength + 1, 200);
        Assert.Equal(HttpStatusCode.OK, (await Predict()).Status);
    }

    [Fact]
    public async Task Run_ThatTakesTooLong_IsEndedWithItsReason()
    {
        using var registry = new TestRegistry();
        var id = Register(registry, "mobilenet_v2");
        await using var workers = new ModelWorkers(registry.Open(), 1, TimeProvider.System, TimeSpan.FromMilliseconds(1));
        var image = await File.ReadAllBytesAsync(Path.Combine(Digits, "heldout", "7-0004.png"));

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<Diagnostics.ModelRegistryException>(() => workers.Run(id, TrialInput.Request([new TrialInput("7.png", image)], registry.Open().Get(id), 5), CancellationToken.None));
            Assert.Equal(Diagnostics.ErrorKind.CheckFailed, failure.Diagnostic.Kind);
        }
    }

    [Fact]
    public async Task Network_ThatMakesAnImage_ShowsIt_AndGivesItsValues()
    {
        using var registry = new TestRegistry();
        var id = Register(registry, "unet");
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Post($"/models/{id.Name}/{id.Version}/try", ("sample", "7-0004.png"));
        var address = answer.Headers.Location!.OriginalString;
        var page = await dashboard.Page(address);
        var images = page.QuerySelectorAll("#result img").Select(i => i.GetAttribute("src")!).ToList();

        Assert.Contains(images, i => i.EndsWith("/made.png", StringComparison.Ordinal));
        foreach (var image in images) Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await dashboard.Client.GetByteArrayAsync(new Uri(image, UriKind.Relative)))[..4]);
        var values = await dashboard.Client.GetByteArrayAsync(new Uri(images[0][..images[0].LastIndexOf('/')] + "/output.npy", UriKind.Relative));
        Assert.Contains("'shape': (1, 1, 28, 28,)", System.Text.Encoding.Latin1.GetString(values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_ThatNamesAClassForEachPixel_LaysTheSegmentsOverTheImage_WithALegendAndShares()
    {
        using var registry = new TestRegistry();
        var id = MadeNetworks.Segments(registry);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Post($"/models/{id.Name}/{id.Version}/try", ("sample", "7-0004.png"));
        var page = await dashboard.Page(answer.Headers.Location!.OriginalString);
        var layers = page.QuerySelectorAll("#result .over.lay img").Select(i => i.GetAttribute("src")!).ToList();
        var classes = page.QuerySelectorAll("#result .segments .probs li");
        var shares = classes.Select(c => double.Parse(c.QuerySelector(".num")!.TextContent.TrimEnd('%', ' ', '\u00a0', '\u202f'), CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(["seen.png", "segments.png"], layers.Select(l => l[(l.LastIndexOf('/') + 1)..]));
        foreach (var layer in layers) Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await dashboard.Client.GetByteArrayAsync(new Uri(layer, UriKind.Relative)))[..4]);
        // Most of a digit is its ground; the class that has no line among the labels is told by its number.
        Assert.Equal(["sky", "3"], classes.Select(c => c.QuerySelector("b")!.TextContent.Trim()));
        Assert.Equal(["#128a54", "#b2251c"], classes.Select(c => c.QuerySelector("svg.swatch rect")!.GetAttribute("fill")));
        Assert.InRange(shares[0], 50, 99);
        Assert.InRange(shares.Sum(), 99.8, 100.2);
        Assert.Equal("60", page.QuerySelector("#result [data-mix] input[type=range]")!.GetAttribute("value"));
    }

    [ChromiumFact]
    public async Task SegmentsAndMadeImages_AreMixedWithTheKeyboard_AndStandStillWithoutScript()
    {
        using var registry = new TestRegistry();
        MadeNetworks.Segments(registry);
        // Each pixel becomes its opposite.
        MadeNetworks.Pixels(registry, """{ "op": "conv2d", "key": "head" }""", ("head.weight", [1, 1, 1, 1], [-1]), ("head.bias", [1], [1]));
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;
        Task Has(string what, string property, string value) => Assertions.Expect(page.Locator(what)).ToHaveCSSAsync(property, value);

        await page.GotoAsync("/models/digits-pixels/1.0.0/try");
        await page.GetByLabel("Sample 7-0004.png").ClickAsync();
        await page.GetByLabel("Opacity of the segments over the image, in percent").FocusAsync();
        await Has(".lay img + img", "opacity", "0.6");
        await page.Keyboard.PressAsync("End");
        await Has(".lay img + img", "opacity", "1");
        await page.GotoAsync("/models/digits-pixels/1.1.0/try");
        await page.GetByLabel("Sample 7-0004.png").ClickAsync();
        await page.GetByLabel("How much of the given image is shown before the one that was made, in percent").FocusAsync();
        await Has(".wipe img + img", "clip-path", "inset(0px 0px 0px 50%)");
        await page.Keyboard.PressAsync("ArrowRight");
        await Has(".wipe img + img", "clip-path", "inset(0px 0px 0px 51%)");
        Assert.Empty(browser.Troubles);

        await using var plain = await BrowserPage.Open(dashboard.Address, script: false);
        await plain.Page.GotoAsync("/models/digits-pixels/1.1.0/try");
        await plain.Page.GetByLabel("Sample 7-0004.png").ClickAsync();
        await Assertions.Expect(plain.Page.Locator("#result .saw.two img:visible")).ToHaveCountAsync(2);
        await Assertions.Expect(plain.Page.Locator("#result input[type=range]:visible")).ToHaveCountAsync(0);
        await plain.Page.GotoAsync("/models/digits-pixels/1.0.0/try");
        await plain.Page.GetByLabel("Sample 7-0004.png").ClickAsync();
        await Assertions.Expect(plain.Page.Locator("#result .lay img:visible")).ToHaveCountAsync(2);
        await Assertions.Expect(plain.Page.Locator("#result input[type=range]:visible")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(0f, "1")]
    [InlineData(1f, "0")]
    public async Task DrawingPad_StartsOnTheGroundOfTheSample(float ground, string dark)
    {
        using var registry = new TestRegistry();
        var sample = Path.Combine(registry.Folder, "made", "sample-input.npy");
        Directory.CreateDirectory(Path.GetDirectoryName(sample)!);
        var values = Enumerable.Repeat(ground, 784).ToArray();
        values[400] = 1 - ground;
        await File.WriteAllBytesAsync(sample, Npy([1, 1, 28, 28], values));
        registry.Register("drawn", change: r => r with { Files = [.. r.Files, new FileToRegister(sample)], Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 28, 28] }] });
        await using var dashboard = await RunningDashboard.Start(registry);

        var page = await dashboard.Page("/models/drawn/1.0.0/try");

        Assert.Equal(dark, page.QuerySelector("[data-pad]")!.GetAttribute("data-dark"));
        Assert.Equal(dark == "1", page.QuerySelector("[data-draw=dark]")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task SeveralInputs_ByForm_EachHasAPanel_AndTextsSurviveErrors()
    {
        using var registry = new TestRegistry();
        var id = MadeNetworks.Two(registry);
        await using var dashboard = await RunningDashboard.Start(registry);
        var address = $"/models/{id.Name}/{id.Version}/try";

        var page = await dashboard.Page(address);
        using var half = await dashboard.Post(address, ("numbers-0", "[[1, 2], [3, 4]]"), ("numbers-1", ""));
        var refused = await new HtmlParser().ParseDocumentAsync(await half.Content.ReadAsStringAsync());
        using var form = Form(dashboard.Services.FormToken.Value, ("numbers-0", "[1, 2, 3, 4]", null), ("numbers-1", "", null), ("input-1", Npy([1, 1, 2, 2], 10, 20, 30, 40), "right.npy"));
        using var answer = await dashboard.Client.PostAsync(new Uri(address, UriKind.Relative), form);
        var result = await dashboard.Page(answer.Headers.Location!.OriginalString);
        // What is not chosen again is what it was.
        using var again = await dashboard.Post(address, ("kept", result.QuerySelector("input[name=kept]")!.GetAttribute("value")!), ("numbers-0", "[0, 0, 0, 0]"), ("numbers-1", ""));
        var second = await dashboard.Page(again.Headers.Location!.OriginalString);
        var sample = await dashboard.Post(address, ("file", "sample-input.safetensors"));
        var third = await dashboard.Page(sample.Headers.Location!.OriginalString);

        Assert.Equal(["left", "right"], page.QuerySelectorAll("[data-panel] h2 code").Select(c => c.TextContent));
        Assert.Equal(HttpStatusCode.BadRequest, half.StatusCode);
        Assert.Contains("the input right is given nothing", refused.QuerySelector("#result")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("[[1, 2], [3, 4]]", refused.QuerySelector("#numbers-0")!.TextContent);
        Assert.Equal("11, 22, 33, 44", result.QuerySelector("#result .values")!.TextContent);
        Assert.Equal("[1, 2, 3, 4]", result.QuerySelector("#numbers-0")!.TextContent);
        Assert.StartsWith("right.npy", result.QuerySelectorAll("[data-given]")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("-F left='[…]' -F right=@right.npy", result.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("10, 20, 30, 40", second.QuerySelector("#result .values")!.TextContent);
        Assert.Equal("101, 202, 303, 404", third.QuerySelector("#result .values")!.TextContent);
    }

    [Fact]
    public async Task SeveralInputs_ThatNoManifestDeclares_AreFilledByASample()
    {
        using var registry = new TestRegistry();
        var id = MadeNetworks.Two(registry, declared: false);
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Post($"/models/{id.Name}/{id.Version}/try", ("file", "sample-input.safetensors"));
        var result = await dashboard.Page(answer.Headers.Location!.OriginalString);

        Assert.Equal("101, 202, 303, 404", result.QuerySelector("#result .values")!.TextContent);
    }

    [Fact]
    public async Task SeveralInputs_ThroughTheApi_AreNamedParts()
    {
        using var registry = new TestRegistry();
        var id = MadeNetworks.Two(registry);
        await using var dashboard = await RunningDashboard.Start(registry);
        async Task<JsonElement> Predict(HttpStatusCode expected, params (string Name, object Content, string? File)[] parts)
        {
            using var form = Form(null, parts);
            using var answer = await dashboard.Client.PostAsync(new Uri($"/api/v1/models/{id.Name}/versions/{id.Version}/predict", UriKind.Relative), form);
            Assert.Equal(expected, answer.StatusCode);
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        var image = await File.ReadAllBytesAsync(Path.Combine(registry.Folder, "made", "two", "grey.png"));
        var values = await Predict(HttpStatusCode.OK, ("right", Npy([1, 1, 2, 2], 1, 1, 1, 1), "r.npy"), ("left", image, "l.png"));
        var missing = await Predict(HttpStatusCode.BadRequest, ("left", "[1, 2, 3, 4]", null));
        var unknown = await Predict(HttpStatusCode.BadRequest, ("left", "[1, 2, 3, 4]", null), ("rihgt", "[1, 2, 3, 4]", null));
        var ragged = await Predict(HttpStatusCode.BadRequest, ("left", "[[1, 2], [3]]", null), ("right", "[1, 2, 3, 4]", null));
        var misfit = await Predict(HttpStatusCode.BadRequest, ("left", "[1, 2, 3]", null), ("right", "[1, 2, 3, 4]", null));

        // The image is prepared as the manifest says: white is 1.
        Assert.Equal([2f, 1, 1, 2], values.GetProperty("outputs")[0].GetProperty("values").EnumerateArray().Select(v => v.GetSingle()));
        Assert.Equal(("MR0923", "MR0920", "MR0923"), (missing.GetProperty("code").GetString(), unknown.GetProperty("code").GetString(), ragged.GetProperty("code").GetString()));
        Assert.Contains("left, right", unknown.GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.Equal("MR0616", misfit.GetProperty("code").GetString());
    }

    [ChromiumFact]
    public async Task SeveralInputs_WithScript_RunWhenEachIsGivenSomething()
    {
        using var registry = new TestRegistry();
        var id = MadeNetworks.Two(registry);
        await using var dashboard = await RunningDashboard.Start(registry);
        await using var browser = await BrowserPage.Open(dashboard.Address);
        var page = browser.Page;

        await page.GotoAsync($"/models/{id.Name}/{id.Version}/try");
        await page.Locator("#numbers-0").FillAsync("[[[[1, 2], [3, 4]]]]");
        await page.Locator("#input-1").SetInputFilesAsync(new FilePayload { Name = "right.npy", MimeType = "application/octet-stream", Buffer = Npy([1, 1, 2, 2], 1, 1, 1, 1) });
        await Assertions.Expect(page.Locator("#result .values")).ToHaveTextAsync("2, 3, 4, 5");
        await page.Locator("#numbers-1").FillAsync("[0, 0, 0, 0.5]");
        await Assertions.Expect(page.Locator("#result .values")).ToHaveTextAsync("1, 2, 3, 4.5");
        await page.Locator("#numbers-1").FillAsync("[0, ");
        await Assertions.Expect(page.Locator("#result .note.bad")).ToContainTextAsync("is no list of numbers");

        Assert.Empty(browser.Troubles);
    }

    private static byte[] Npy(long[] shape, params float[] values)
    {
        using var file = new MemoryStream();
        NpyFile.Write(file, shape, values);
        return file.ToArray();
    }

    private static MultipartFormDataContent Form(string? token, params (string Name, object Content, string? File)[] parts)
    {
        var form = new MultipartFormDataContent();
        if (token is not null) form.Add(new StringContent(token), "form");
        foreach (var (name, content, file) in parts)
        {
            if (content is byte[] bytes) form.Add(new ByteArrayContent(bytes), name, file!);
            else form.Add(new StringContent((string)content), name);
        }

        return form;
    }

    private static ModelId Register(TestRegistry registry, string folder)
    {
        var source = Path.Combine(Digits, folder);
        var metadata = RegistrationMetadata.Parse(File.ReadAllBytes(Path.Combine(source, "training.json")), "training.json");
        return registry.Open().Register(new RegistrationRequest
        {
            Name = ModelName.Parse("digits-" + folder.Replace('_', '-')),
            Files = [.. Directory.EnumerateFiles(source).Where(f => Path.GetFileName(f) is not ("training.json" or "metrics.json")).Select(f => new FileToRegister(f))],
            Framework = metadata.Framework,
            Architecture = metadata.Architecture,
            Inputs = metadata.Inputs,
            Outputs = metadata.Outputs,
            Preprocessing = metadata.Preprocessing,
            Source = RegistrationSource.None,
        }).Id;
    }
}
