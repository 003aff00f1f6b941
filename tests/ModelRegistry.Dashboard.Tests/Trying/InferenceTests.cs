using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
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
            var failure = await Assert.ThrowsAsync<Diagnostics.ModelRegistryException>(() => workers.Run(id, new TrialInput("7.png", image).Request(5), CancellationToken.None));
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
    public async Task Network_ThatNamesAClassForEachPixel_ShowsTheSegmentsAndTheirShares()
    {
        using var registry = new TestRegistry();
        // Four classes, of which the third is ahead everywhere: bias decides, the picture does not matter.
        var id = RegisterPixels(registry, """{ "op": "conv2d", "key": "head" }""", ("head.weight", [4, 1, 1, 1], [0, 0, 0, 0]), ("head.bias", [4], [0, 1, 3, 2]));
        await using var dashboard = await RunningDashboard.Start(registry);

        using var answer = await dashboard.Post($"/models/{id.Name}/{id.Version}/try", ("sample", "7-0004.png"));
        var page = await dashboard.Page(answer.Headers.Location!.OriginalString);
        var segments = page.QuerySelector("#result img[src$='/segments.png']")!.GetAttribute("src")!;
        var share = Assert.Single(page.QuerySelectorAll("#result .probs li"));

        Assert.Equal("2", share.QuerySelector("b")!.TextContent);
        Assert.StartsWith("100", share.QuerySelector(".num")!.TextContent, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await dashboard.Client.GetByteArrayAsync(new Uri(segments, UriKind.Relative)))[..4]);
    }

    /// <summary>Registers a network of one image of 28 by 28, whose architecture no code knows.</summary>
    private static ModelId RegisterPixels(TestRegistry registry, string nodes, params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        var folder = Directory.CreateDirectory(Path.Combine(registry.Folder, "made", "pixels")).FullName;
        var (weights, architecture) = (Path.Combine(folder, "pixels.safetensors"), Path.Combine(folder, "architecture.json"));
        SafetensorsWriter.Write(weights, tensors.Select(t => new NamedTensor(t.Name, Tensor.FromFloat32(t.Name, t.Shape, t.Values))).ToList());
        File.WriteAllText(architecture, $$"""{ "schemaVersion": 1, "name": "pixels", "inputs": [{ "name": "x", "shape": [-1, 1, 28, 28], "example": [1, 1, 28, 28] }], "nodes": [{{nodes}}], "outputs": [{ "name": "classes" }] }""");
        return registry.Open().Register(new RegistrationRequest
        {
            Name = ModelName.Parse("digits-pixels"),
            Files = [new FileToRegister(weights), new FileToRegister(architecture)],
            Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 28, 28] }],
            Preprocessing = new Preprocessing { Resize = 28, Crop = 28, Mean = [0], Std = [1], Layout = "NCHW" },
            Source = RegistrationSource.None,
        }).Id;
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
