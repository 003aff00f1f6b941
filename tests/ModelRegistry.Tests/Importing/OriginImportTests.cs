using System.Text;
using System.Text.Json.Nodes;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Importing;

/// <summary>Models that stand elsewhere, from a hub that tells the truth and from one that does not.</summary>
public sealed class OriginImportTests : IDisposable
{
    private const string Token = "hf_secret_of_a_test";

    private readonly Workspace _workspace = new();
    private readonly StandInHub _hub = new();
    private string? _token;

    [Fact]
    public void AModel_BecomesOneVersion_WithOriginLicenceArchitectureLabelsAndCard()
    {
        var result = Import("hf://org/repo");

        var manifest = result.Manifest;
        Assert.Equal("repo/1.0.0", result.Id.ToString());
        Assert.Equal(("hf://org/repo", new string('a', 40)), (manifest.Lineage!.Origin!.Url, manifest.Lineage.Origin.Revision));
        Assert.Null(manifest.Lineage.Commit);
        Assert.Equal(("Apache-2.0", "ResNetForImageClassification", "transformers"), (manifest.License, manifest.Architecture, manifest.Framework));
        Assert.Equal(["README.md", "config.json", "labels.txt", "model.safetensors"], manifest.Files.Select(file => file.Path.Value).Order(StringComparer.Ordinal));
        var labels = manifest.Files.Single(file => file.Role == FileRoles.Labels);
        Assert.Equal("cat\ndog\n", File.ReadAllText(_workspace.Open().Locate(labels, result.Id)));
        Assert.Equal("image-classification", _workspace.Open().GetFamily(result.Id.Name).Settings.Task);
        Assert.Equal(Digest.Of(_hub.Files["model.safetensors"]), manifest.Weights.Digest);
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    [Fact]
    public void TheSameRevisionAgain_IsNothing_AndFetchesNothing()
    {
        Import("hf://org/repo");
        var fetched = _hub.Fetched.Count();
        var before = _workspace.Snapshot();

        var again = Import("hf://org/repo");

        Assert.Equal((false, "repo/1.0.0"), (again.Created, again.Id.ToString()));
        Assert.Equal(fetched, _hub.Fetched.Count());
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void Outdated_SaysThatUpstreamMoved_AndTheNextImportIsTheNextVersion()
    {
        Import("hf://org/repo");
        Import($"hf://org/repo@{_hub.Commit}", name: "pinned");
        Assert.All(Outdated(), model => Assert.False(model.HasMoved));

        _hub.Commit = new string('b', 40);
        _hub.Files["model.safetensors"] = Encoding.UTF8.GetBytes(new string('v', 6000));

        Assert.Equal([("pinned/1.0.0", false), ("repo/1.0.0", true)], Outdated().Select(model => (model.Id.ToString(), model.HasMoved)));
        Assert.Equal("repo/1.1.0", Import("hf://org/repo").Id.ToString());
        Assert.All(Outdated(), model => Assert.False(model.HasMoved));
    }

    [Fact]
    public void Files_ChoosesByPathOrName()
    {
        var manifest = Import("hf://org/repo", files: ["*.safetensors", "README.md"]).Manifest;

        Assert.Equal(["model.safetensors", "README.md"], manifest.Files.Select(file => file.Path.Value));
        Expect.Code("MR0817", () => Import("hf://org/repo", files: ["*.onnx"]));
    }

    [Fact]
    public void WhatBroke_GoesOnWhereItWas()
    {
        var broken = 0;
        _hub.Lie = (request, honest) => request.Method == "GET" && request.Path.EndsWith("model.safetensors", StringComparison.Ordinal) && Interlocked.Increment(ref broken) == 1 ? honest with { Cut = 2000 } : null;

        Import("hf://org/repo");

        Assert.Contains(_hub.Fetched, request => request.Header("Range") == "bytes=2000-");
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "the length of a large file", "MR0315" },
        { "the bytes of a large file", "MR0302" },
        { "the length of a small file", "MR0818" },
        { "the bytes of a small file", "MR0818" },
        { "a longer small file", "MR0818" },
        { "another revision than was asked for", "MR0818" },
        { "a revision that is none", "MR0818" },
        { "a path that leads out", "MR0818" },
        { "a file twice", "MR0818" },
        { "two lengths of one file", "MR0818" },
        { "a digest that is none", "MR0818" },
        { "a file without a length", "MR0818" },
        { "a list that goes on elsewhere", "MR0818" },
        { "no document", "MR0818" },
        { "a listed file that is not there", "MR0817" },
        { "a redirect without end", "MR0325" },
        { "no entry", "MR0316" },
        { "no model", "MR0817" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void AHubThatLies_IsRefused_AndNothingIsRegistered(string lie, string code)
    {
        static bool Of(ServedRequest request, string end) => request.Path.EndsWith(end, StringComparison.Ordinal);
        static void Change(JsonArray list, string path, Action<JsonObject> change) => change((JsonObject)list.First(entry => (string?)entry!["path"] == path)!);
        const string Large = "model.safetensors", Small = "config.json";
        var info = $"/revision/{_hub.Commit}";
        (_hub.Lie, _hub.LieInList) = lie switch
        {
            "the length of a large file" => ((Func<ServedRequest, ServedAnswer, ServedAnswer?>)((request, honest) => Of(request, Large) ? honest with { Body = [.. honest.Body, 1] } : null), (Action<JsonArray>?)null),
            "the bytes of a large file" => ((request, honest) => Of(request, Large) ? honest with { Body = [.. honest.Body[1..], 1] } : null, null),
            "the length of a small file" => ((request, honest) => Of(request, Small) ? honest with { Body = honest.Body[1..] } : null, null),
            "the bytes of a small file" => ((request, honest) => Of(request, Small) ? honest with { Body = [.. honest.Body[1..], 1] } : null, null),
            "a longer small file" => ((request, honest) => Of(request, Small) ? honest with { Body = new byte[1 << 20] } : null, null),
            "another revision than was asked for" => ((request, honest) => Of(request, info) ? new ServedAnswer(200, Encoding.UTF8.GetBytes($$"""{ "sha": "{{new string('c', 40)}}" }""")) : null, null),
            "a revision that is none" => ((request, honest) => Of(request, info) ? new ServedAnswer(200, """{ "sha": "../../etc" }"""u8.ToArray()) : null, null),
            "a path that leads out" => (null, list => Change(list, Small, entry => entry["path"] = "../outside.json")),
            "a file twice" => (null, list => list.Add(list[0]!.DeepClone())),
            "two lengths of one file" => (null, list => Change(list, Large, entry => entry["size"] = 1)),
            "a digest that is none" => (null, list => Change(list, Large, entry => entry["lfs"]!["oid"] = "00")),
            "a file without a length" => (null, list => Change(list, Small, entry => entry.Remove("size"))),
            "a list that goes on elsewhere" => ((request, honest) => request.Path.Contains("/tree/", StringComparison.Ordinal) ? honest with { Headers = [("Link", "<http://elsewhere.invalid/more>; rel=\"next\"")] } : null, null),
            "no document" => ((request, honest) => Of(request, info) ? new ServedAnswer(200, "<html>"u8.ToArray()) : null, null),
            "a listed file that is not there" => ((request, honest) => Of(request, Large) ? ServedAnswer.Empty(404) : null, null),
            "a redirect without end" => ((request, honest) => Of(request, Large) ? ServedAnswer.Empty(302, ("Location", request.Target)) : null, null),
            "no entry" => ((request, honest) => ServedAnswer.Empty(401), null),
            _ => ((request, honest) => ServedAnswer.Empty(404), null),
        };
        var before = _workspace.Snapshot();

        var failure = Expect.Code(code, () => Import($"hf://org/repo@{_hub.Commit}"));

        Assert.DoesNotContain(Token, failure.ToLine(), StringComparison.Ordinal);
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void TheToken_GoesToTheHub_AndNotToWhereItRedirects()
    {
        _token = Token;
        using var elsewhere = new LoopbackServer(_ => new ServedAnswer(200, _hub.Files["model.safetensors"]));
        _hub.Lie = (request, _) => request.Path.EndsWith("model.safetensors", StringComparison.Ordinal) ? ServedAnswer.Empty(302, ("Location", elsewhere.Address + "/blob")) : null;

        Import("hf://org/repo");

        Assert.All(_hub.Requests, request => Assert.Equal($"Bearer {Token}", request.Header("Authorization")));
        Assert.NotEmpty(elsewhere.Requests);
        Assert.All(elsewhere.Requests, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public void AFileOfAWebServer_IsTakenByItsDigest()
    {
        byte[] content = [1, 2, 3];
        var etag = "\"one\"";
        using var server = new LoopbackServer(_ => new ServedAnswer(200, content, ("ETag", etag)));
        var address = $"{server.Address}/files/Net%20One.onnx";
        RegistrationResult Import(Digest? digest) => _workspace.Open().Import(new OriginRequest(address + "?key=secret") { Digest = digest });

        Expect.Code("MR0115", () => Import(null));
        Expect.Code("MR0302", () => Import(Digest.Of([9])));
        var result = Import(Digest.Of(content));

        Assert.Equal(("net-one/1.0.0", "Net One.onnx"), (result.Id.ToString(), result.Manifest.Weights.Path.Value));
        Assert.Equal((address, etag), (result.Manifest.Lineage!.Origin!.Url, result.Manifest.Lineage.Origin.Etag));
        Assert.False(Import(Digest.Of(content)).Created);
        Assert.False(Assert.Single(_workspace.Open().Outdated()).HasMoved);
        etag = "\"two\"";
        Assert.True(Assert.Single(_workspace.Open().Outdated()).HasMoved);
        // The address stands in the registry, which may come from anybody: what the user's token is for is said by the user alone.
        var asked = server.Requests.Count;
        Assert.True(Assert.Single(Open().Outdated()).HasMoved);
        Assert.All(server.Requests.Skip(asked), request => Assert.Null(request.Header("Authorization")));
    }

    [Theory]
    [InlineData("hf://org")]
    [InlineData("hf://org/")]
    [InlineData("hf://org/repo/more")]
    [InlineData("hf://org/repo@")]
    [InlineData("hf://org/repo@../x")]
    [InlineData("hf://../repo")]
    [InlineData("hf://org/re po")]
    [InlineData("ftp://host/file")]
    [InlineData("https://user:secret@host/file")]
    [InlineData("https://host/")]
    [InlineData("oci://host")]
    [InlineData("oci://host/")]
    [InlineData("oci://host/Repo:tag")]
    [InlineData("oci://host/repo:")]
    [InlineData("oci://host/repo:../tag")]
    [InlineData("oci://host/repo@sha256:00")]
    [InlineData("oci://host/../repo:tag")]
    [InlineData("oci://user:secret@host/repo:tag")]
    [InlineData("oci://host?x/repo:tag")]
    public void WhatIsNoAddress_IsRefused(string address) =>
        Assert.DoesNotContain('\n', Expect.Code("MR0816", () => Import(address)).ToLine());

    [Fact]
    public void AHubThatIsGone_IsToldByOutdated_AndOfflineAsksNobody()
    {
        Import("hf://org/repo");
        _hub.Lie = (_, _) => ServedAnswer.Empty(404);

        Assert.Contains("has no model org/repo", Assert.Single(Outdated()).Problem, StringComparison.Ordinal);
        var asked = _hub.Requests.Count();
        Expect.Code("MR0713", () => Open(offline: true).Outdated());
        Expect.Code("MR0713", () => Open(offline: true).Import(new OriginRequest("hf://org/repo")));
        Assert.Equal(asked, _hub.Requests.Count());
    }

    public void Dispose()
    {
        _hub.Dispose();
        _workspace.Dispose();
    }

    private RegistrationResult Import(string address, string? name = null, string[]? files = null)
    {
        _workspace.Clock.Advance(TimeSpan.FromSeconds(1));
        return Open().Import(new OriginRequest(address) { Name = name is null ? null : ModelName.Parse(name), Files = [.. files ?? []] });
    }

    private IReadOnlyList<OutdatedModel> Outdated() => [.. Open().Outdated().OrderBy(model => model.Id.ToString(), StringComparer.Ordinal)];

    // A clock that stands still would wait for ever between attempts.
    private Registry Open(bool offline = false) => RegistrySession.Open(_workspace.Root, _workspace.Options with
    {
        Offline = offline,
        Clock = TimeProvider.System,
        Variable = name => name == "HF_ENDPOINT" ? _hub.Address : name == "HF_TOKEN" ? _token : name == "MODELREG_IMPORT_TOKEN" ? Token : null,
    }).Registry;
}
