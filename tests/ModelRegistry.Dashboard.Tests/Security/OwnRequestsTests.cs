using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class OwnRequestsTests
{
    [Theory]
    [InlineData]
    [InlineData("--read-only")]
    public async Task Pages_WhoseBytesAreInAStoreElsewhere_AskNobody(params string[] options)
    {
        using var registry = new TestRegistry();
        var weights = registry.Open().Get(registry.Register("digits", 0.9)).Weights;
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        var settings = Path.Combine(registry.Root, "registry.json");
        var document = JsonNode.Parse(await File.ReadAllTextAsync(settings))!.AsObject();
        document["stores"] = new JsonArray(new JsonObject { ["name"] = "local", ["path"] = "../models" }, new JsonObject { ["name"] = "mirror", ["url"] = $"http://{elsewhere.LocalEndpoint}/" });
        await File.WriteAllTextAsync(settings, document.ToJsonString());
        File.Delete(Path.Combine(registry.Folder, "models", "blobs", "sha256", weights.Digest.Hex));
        using var dashboard = await DashboardProcess.Start(registry.Folder, options);

        foreach (var page in (string[])["", "models/digits", "models/digits/1.0.0", "models/digits/1.0.0/layers", "models/digits/1.0.0/try", "api/v1/models/digits/versions/1.0.0/layers", "api/v1/models/digits/versions/1.0.0/files/weights.safetensors"])
        {
            using var answer = await dashboard.Client.GetAsync(new Uri(page, UriKind.Relative));
            var text = await answer.Content.ReadAsStringAsync();
            if (page.EndsWith("1.0.0", StringComparison.Ordinal)) Assert.Contains("not in this store", text, StringComparison.Ordinal);
            if (page.StartsWith("api", StringComparison.Ordinal)) Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.False(elsewhere.Pending(), $"/{page} asked the store");
        }
    }
}
