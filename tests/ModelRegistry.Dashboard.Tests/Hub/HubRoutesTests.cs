using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Hub;

public sealed class HubRoutesTests : IAsyncLifetime, IDisposable
{
    private readonly TestRegistry _registry = new();
    private RunningDashboard _dashboard = null!;

    public async Task InitializeAsync()
    {
        _registry.Register("digits", 0.9);
        _registry.Register("digits", 0.8, change: request => request with
        {
            Files = [new FileToRegister(request.Files[0].Source, null, RelativeFilePath.Parse("unet/weights.safetensors")), new FileToRegister(Labels())],
            Notes = "a folder",
        });
        _registry.Open().Promote(ModelName.Parse("digits"), Selector.Parse("1.0.0"), "production");
        _dashboard = await RunningDashboard.Start(_registry, new DashboardOptions { ReadOnly = true, HubNamespace = "team" });
    }

    public async Task DisposeAsync() => await _dashboard.DisposeAsync();

    public void Dispose() => _registry.Dispose();

    [Theory]
    [InlineData("main", "1.1.0")]
    [InlineData("HEAD", "1.1.0")]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("production", "1.0.0")]
    [InlineData("%40production", "1.0.0")]
    public async Task ARevision_IsAVersionAnAliasOrMain(string revision, string version)
    {
        using var answer = await _dashboard.Client.GetAsync(new Uri($"/api/models/team/digits/revision/{revision}", UriKind.Relative));
        using var info = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        var added = _registry.Git("log", "--format=%H", "--", $"registry/digits/versions/{version}.json").Trim();

        Assert.Equal(added, info.RootElement.GetProperty("sha").GetString());
        Assert.Equal(added, Assert.Single(answer.Headers.GetValues("X-Repo-Commit")));
        using var byCommit = await _dashboard.Client.GetAsync(new Uri($"/api/models/team/digits/revision/{added}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, byCommit.StatusCode);
    }

    [Fact]
    public async Task Resolve_SendsWholeFilesAndRanges_WithTheDigestAsTag()
    {
        var file = _registry.Open().Get(ModelId.Parse("digits/1.0.0")).Weights;
        var address = new Uri($"/team/digits/resolve/1.0.0/{file.Path}", UriKind.Relative);
        using var whole = await _dashboard.Client.GetAsync(address);
        using var first = new HttpRequestMessage(HttpMethod.Get, address);
        first.Headers.Range = new RangeHeaderValue(0, 0);
        using var range = await _dashboard.Client.SendAsync(first);
        using var head = new HttpRequestMessage(HttpMethod.Head, address);
        using var headers = await _dashboard.Client.SendAsync(head);

        Assert.Equal($"\"{file.Digest.Hex}\"", whole.Headers.ETag!.Tag);
        Assert.Equal(file.Digest, Digest.Of(await whole.Content.ReadAsByteArrayAsync()));
        Assert.Equal(HttpStatusCode.PartialContent, range.StatusCode);
        Assert.Equal(new ContentRangeHeaderValue(0, 0, file.Size), range.Content.Headers.ContentRange);
        Assert.Equal((HttpStatusCode.OK, (long?)file.Size), (headers.StatusCode, headers.Content.Headers.ContentLength));
        Assert.Contains("bytes", headers.Headers.AcceptRanges);
    }

    [Theory]
    [InlineData("/api/models/team/nothing", "RepoNotFound")]
    [InlineData("/api/models/team/..%2Fdigits", "RepoNotFound")]
    [InlineData("/api/models/team/digits/revision/9.9.9", "RevisionNotFound")]
    [InlineData("/api/models/team/digits/revision/refs%2Fpr%2F1", "RevisionNotFound")]
    [InlineData("/team/digits/resolve/main/no%20such", "EntryNotFound")]
    [InlineData("/team/digits/resolve/main/..%2F..%2Fregistry.json", "EntryNotFound")]
    [InlineData("/api/models/team/digits/tree/main/no", "EntryNotFound")]
    public async Task WhatIsMissing_IsNamedByACode(string address, string code)
    {
        using var answer = await _dashboard.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(code, Assert.Single(answer.Headers.GetValues("X-Error-Code")));
    }

    [Fact]
    public async Task AYankedVersion_IsThereUnderItsExactNumberOnly()
    {
        _registry.Open().Yank(ModelId.Parse("digits/1.1.0"), "wrong labels");
        _registry.Open().Yank(ModelId.Parse("digits/1.0.0"), "older still");
        async Task<HttpStatusCode> Status(string revision) => (await _dashboard.Client.GetAsync(new Uri($"/api/models/team/digits/revision/{revision}", UriKind.Relative))).StatusCode;

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound], [await Status("1.0.0"), await Status("production"), await Status("main")]);
    }

    [Fact]
    public async Task ATree_ListsFoldersAndFiles_InPages()
    {
        var top = await _dashboard.Client.GetFromJsonAsync<JsonElement>(new Uri("/api/models/team/digits/tree/main", UriKind.Relative));
        var all = await _dashboard.Client.GetFromJsonAsync<JsonElement>(new Uri("/api/models/team/digits/tree/main?recursive=true", UriKind.Relative));
        using var page = await _dashboard.Client.GetAsync(new Uri("/api/models/team/digits/tree/main?recursive=true&limit=2", UriKind.Relative));

        Assert.Equal(["directory unet", "file labels.txt"], top.EnumerateArray().Select(Entry).Order());
        Assert.Equal(["directory unet", "file labels.txt", "file unet/weights.safetensors"], all.EnumerateArray().Select(Entry).Order());
        var next = Assert.Single(page.Headers.GetValues("Link"));
        Assert.EndsWith("cursor=2>; rel=\"next\"", next, StringComparison.Ordinal);
        Assert.Equal(1, (await _dashboard.Client.GetFromJsonAsync<JsonElement>(new Uri(next[1..next.IndexOf('>', StringComparison.Ordinal)]))).GetArrayLength());

        static string Entry(JsonElement entry) => $"{entry.GetProperty("type").GetString()} {entry.GetProperty("path").GetString()}";
    }

    [Fact]
    public async Task PathsInfo_AnswersAboutThePathsThatAreThere_AndRefusesRubbish()
    {
        using var asked = await _dashboard.Client.PostAsJsonAsync("/api/models/team/digits/paths-info/main", new { paths = new[] { "labels.txt", "unet", "no" } });
        using var form = await _dashboard.Client.PostAsync(new Uri("/api/models/team/digits/paths-info/main", UriKind.Relative), new FormUrlEncodedContent([new("paths", "labels.txt")]));
        using var rubbish = await _dashboard.Client.PostAsync(new Uri("/api/models/team/digits/paths-info/main", UriKind.Relative), new StringContent("[[["));

        Assert.Equal(2, (await asked.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength());
        Assert.Equal(1, (await form.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, rubbish.StatusCode);
    }

    [HubFact]
    public void TheClientOfHuggingFace_ListsAsksAndDownloads_AndWhatItHasIsWhatTheManifestSays()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_registry.Folder, "downloaded")).FullName;
        var seen = HubFactAttribute.Run(_dashboard.Address.GetLeftPart(UriPartial.Authority), "team/digits", folder);
        var manifest = _registry.Open().Get(ModelId.Parse("digits/1.1.0"));

        Assert.Equal(manifest.Files.Select(f => $"{f.Path} {f.Digest.Hex}").Order(), seen.GetProperty("snapshot").EnumerateObject().Select(f => $"{f.Name} {f.Value.GetString()}").Order());
        Assert.Equal([true, false], seen.GetProperty("exists").EnumerateArray().Select(e => e.GetBoolean()));
        Assert.Equal(seen.GetProperty("content").GetString(), seen.GetProperty("cached").GetString());
        Assert.Equal(404, seen.GetProperty("noRevision").GetProperty("status").GetInt32());
        Assert.Equal(404, seen.GetProperty("noRepository").GetProperty("status").GetInt32());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("missingFile").ValueKind);
    }

    [PeerFact("npm:@huggingface/transformers")]
    public void Transformers_LoadsAnImageClassifier_AndGivesItsEngineTheBytesOfTheManifest()
    {
        // logits = Flatten(GlobalAveragePool(pixel_values)).
        var model = Path.Combine(_registry.Folder, "made", "model.onnx");
        File.WriteAllBytes(model, Convert.FromBase64String("CAg6jwEKKQoMcGl4ZWxfdmFsdWVzEgZwb29sZWQiEUdsb2JhbEF2ZXJhZ2VQb29sChkKBnBvb2xlZBIGbG9naXRzIgdGbGF0dGVuEgFnWikKDHBpeGVsX3ZhbHVlcxIZChcIARITCgMSAW4KAggDCgMSAWgKAxIBd2IZCgZsb2dpdHMSDwoNCAESCQoDEgFuCgIIA0ICEA0="));
        var config = Made("config.json", """{ "model_type": "resnet", "architectures": ["ResNetForImageClassification"], "id2label": { "0": "red", "1": "green" } }""");
        var id = _registry.Register("colours", 0.9, change: request => request with { Files = [new FileToRegister(model, null, RelativeFilePath.Parse("onnx/model.onnx")), new FileToRegister(config)] });
        var folder = Directory.CreateDirectory(Path.Combine(_registry.Folder, "loaded")).FullName;

        var seen = HubFactAttribute.Run("hub-transformers.mjs", _dashboard.Address.GetLeftPart(UriPartial.Authority), "team/colours", folder);

        Assert.Equal(_registry.Open().Get(id).Weights.Digest.Hex, seen.GetProperty("model").GetString());
        Assert.Equal("green", seen.GetProperty("labels").GetProperty("1").GetString());
    }

    private string Labels() => Made("labels.txt", "zero\none\n");

    private string Made(string name, string content)
    {
        var path = Path.Combine(_registry.Folder, "made", name);
        File.WriteAllText(path, content);
        return path;
    }
}
