using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Security;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Trying;

/// <summary>Networks that never end, end their process, or ask for more memory than there may be: each says so, and pages are served meanwhile.</summary>
public sealed class HarmfulNetworkTests
{
    private static readonly byte[] Image = File.ReadAllBytes(Path.Combine(MarkupTests.RepositoryRoot(), "samples", "digits", "heldout", "7-0004.png"));

    [Theory]
    [InlineData(500)]
    [InlineData(2_000)]
    [InlineData(1_000_000_000)]
    public async Task Greedy_IsRefusedByItsSize(int scale)
    {
        using var registry = new TestRegistry();
        var id = Network(registry, $$"""{ "op": "conv2d", "key": "head", "kernel": 3, "padding": 1 }, { "op": "upsample", "scale": {{scale}} }""", channels: 8);
        await using var dashboard = await RunningDashboard.Start(registry);

        var (status, problem) = await Predict(dashboard.Client, id);
        using var form = await dashboard.Post($"/models/{id.Name}/{id.Version}/try", ("sample", "7-0004.png"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("code").GetString() is "MR0615" or "MR0612", problem.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        Assert.Contains(problem.GetProperty("code").GetString()!, await form.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_IsEndedAfterItsTime_AndPagesAreServedMeanwhile()
    {
        using var registry = new TestRegistry();
        var id = Endless(registry);
        await using var dashboard = await RunningDashboard.Start(registry, new DashboardOptions { RunLimit = TimeSpan.FromSeconds(3) });

        var asked = Predict(dashboard.Client, id);
        await dashboard.Page("/");
        await dashboard.Page($"/models/{id.Name}/{id.Version}/try");
        var (status, problem) = await asked;

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "MR0646"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("did not answer within 3 s", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crashing_SaysHowItEnded_AndTheNextOneRuns()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var registry = new TestRegistry();
        var id = Endless(registry);
        var other = Network(registry, """{ "op": "conv2d", "key": "head", "kernel": 3, "padding": 1 }""", channels: 1);
        using var dashboard = await DashboardProcess.Start(registry.Folder);

        var asked = Predict(dashboard.Client, id);
        var worker = await dashboard.Child("--serve");
        Assert.False(asked.IsCompleted);
        using var page = await dashboard.Client.GetAsync(new Uri("/", UriKind.Relative));
        using (var process = Process.GetProcessById(worker)) process.Kill();
        var (status, problem) = await asked;
        var (next, _) = await Predict(dashboard.Client, other);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "MR0646"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("signal 9", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, next);
    }

    /// <summary>Four thousand convolutions of a million pixels: minutes on any machine.</summary>
    private static ModelId Endless(TestRegistry registry) => Network(registry, """{ "op": "upsample", "scale": 36 }, """ + string.Join(", ", Enumerable.Repeat("""{ "op": "conv2d", "key": "head", "kernel": 3, "padding": 1 }""", 4000)), channels: 1);

    private static ModelId Network(TestRegistry registry, string nodes, int channels) =>
        MadeNetworks.Pixels(registry, nodes, ("head.weight", [channels, 1, 3, 3], new float[channels * 9]), ("head.bias", [channels], new float[channels]));

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> Predict(HttpClient client, ModelId id)
    {
        using var content = new ByteArrayContent(Image);
        using var answer = await client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/models/{id.Name}/versions/{id.Version}/predict"), UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
