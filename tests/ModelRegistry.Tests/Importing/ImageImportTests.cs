using System.Text;
using System.Text.Json.Nodes;
using ModelRegistry.Tests.Stores;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Importing;

/// <summary>Models that stand in OCI registries, from Debian's docker-registry and from one that does not always tell the truth.</summary>
public sealed class ImageImportTests(DockerRegistry docker) : IClassFixture<DockerRegistry>, IDisposable
{
    private const string PackConfig = "application/vnd.cncf.model.config.v1+json", Weight = "application/vnd.cncf.model.weight.v1.raw", Config = "application/vnd.cncf.model.weight.config.v1.raw", Doc = "application/vnd.cncf.model.doc.v1.raw";
    private const string Told = """{ "descriptor": { "name": "net", "licenses": ["apache-2.0"] }, "config": { "architecture": "transformer", "format": "safetensors" }, "modelfs": { "type": "layers", "diffIds": [] } }""";

    private readonly Workspace _workspace = new();
    private readonly StandInRegistry _registry = new();
    private readonly Dictionary<string, string> _variables = [];

    private static byte[] Bytes(char of) => Encoding.UTF8.GetBytes(new string(of, 5000));

    [Fact]
    public void AnImageOfModelPack_BecomesOneVersion_WithOriginLicenceArchitectureLabelsAndCard()
    {
        var digest = _registry.Tag("org/net", "1.0", Packed('w'));

        var result = Import($"oci://{_registry.Host}/org/net:1.0");

        var manifest = result.Manifest;
        Assert.Equal("net/1.0.0", result.Id.ToString());
        Assert.Equal(($"oci://{_registry.Host}/org/net:1.0", digest.Value), (manifest.Lineage!.Origin!.Url, manifest.Lineage.Origin.Revision));
        Assert.Equal(("Apache-2.0", "transformer", Digest.Of(Bytes('w'))), (manifest.License, manifest.Architecture, manifest.Weights.Digest));
        Assert.Equal(["README.md", "config.json", "labels.txt", "sub/net.weights"], manifest.Files.Select(file => file.Path.Value).Order(StringComparer.Ordinal));
        Assert.Equal("sub/net.weights", manifest.Weights.Path.Value);
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    [Fact]
    public void TheSameDigestAgain_IsNothing_AndOutdatedSaysThatTheTagMoved()
    {
        var first = _registry.Tag("org/net", "1.0", Packed('w'));
        var address = $"oci://{_registry.Host}/org/net:1.0";
        Import(address);
        Import($"oci://{_registry.Host}/org/net@{first}", "pinned");
        var (before, fetched) = (_workspace.Snapshot(), Blobs());

        var again = Import(address);

        Assert.Equal((false, "net/1.0.0", before, fetched + 1), (again.Created, again.Id.ToString(), _workspace.Snapshot(), Blobs()));
        Assert.All(Outdated(), model => Assert.False(model.HasMoved));
        var second = _registry.Tag("org/net", "1.0", Packed('v'));
        Assert.Equal([("net/1.0.0", true), ("pinned/1.0.0", false)], Outdated().Select(model => (model.Id.ToString(), model.HasMoved)));
        var next = Import(address);
        Assert.Equal(("net/1.1.0", second.Value), (next.Id.ToString(), next.Manifest.Lineage!.Origin!.Revision));

        // The configuration alone is read again: it is small, and says what the files do not.
        int Blobs() => _registry.Requests.Count(request => request.Method == "GET" && request.Path.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public void AnImageOfDocker_IsNamedByWhatItsLayersAre()
    {
        const string Ai = "application/vnd.docker.ai.";
        _registry.Tag("ai/chat", "latest", _registry.Image(
            "ai/chat", Ai + "model.config.v0.1+json", """{ "config": { "format": "gguf", "architecture": "llama" } }""",
            (Ai + "gguf.v3", null, Bytes('1')), (Ai + "gguf.v3", null, Bytes('2')), (Ai + "license", null, "a"u8.ToArray()), (Ai + "license", null, "b"u8.ToArray()), (Ai + "chat.template.jinja", null, "c"u8.ToArray())));

        var manifest = Import($"oci://{_registry.Host}/ai/chat").Manifest;

        Assert.Equal(["LICENSE", "LICENSE-2", "chat_template.jinja", "model-00001-of-00002.gguf", "model-00002-of-00002.gguf"], manifest.Files.Select(file => file.Path.Value).Order(StringComparer.Ordinal));
        Assert.Equal((Digest.Of(Bytes('1')), "llama"), (manifest.Weights.Digest, manifest.Architecture));
    }

    [Fact]
    public void AFileThatIsPacked_IsNamed_AndOthersAreTakenWithoutIt()
    {
        _registry.Tag("net", "1", _registry.Image("net", PackConfig, Told, (Weight, "net.safetensors", Bytes('w')), ("application/vnd.cncf.model.code.v1.tar", "code", Bytes('c'))));

        Assert.Contains("code", Expect.Code("MR0328", () => Import($"oci://{_registry.Host}/net:1")).Message, StringComparison.Ordinal);
        Assert.Equal("net.safetensors", Assert.Single(Import($"oci://{_registry.Host}/net:1", files: "*.safetensors").Manifest.Files).Path.Value);
    }

    [Fact]
    public void WhatStaysAtTheRegistry_IsFetchedFromThere_WhateverTheTagNamesByThen()
    {
        var address = $"oci://{_registry.Host}/org/net:1.0";
        _registry.Tag("org/net", "1.0", Packed('w'));

        var result = Open().Import(new OriginRequest(address) { Remote = true });

        Assert.DoesNotContain(result.Manifest.Files, file => File.Exists(Path.Combine(_workspace.Root, "models", "blobs", "sha256", file.Digest.Hex)));
        _registry.Tag("org/net", "1.0", Packed('v'));
        Workspace.Empty(Path.Combine(_workspace.Root, ".cache"));
        Assert.Equal(Bytes('w'), File.ReadAllBytes(Open().Resolve(result.Id.Name, Selector.Latest).Weights.LocalPath!));
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "another image than its digest", "MR0818" },
        { "a digest that is none of an image", "MR0818" },
        { "another configuration", "MR0818" },
        { "the bytes of a file", "MR0302" },
        { "the length of a file", "MR0315" },
        { "a length in the image", "MR0315" },
        { "a negative length", "MR0818" },
        { "a path that leads out", "MR0818" },
        { "a file twice", "MR0818" },
        { "a digest that is none", "MR0818" },
        { "a container", "MR0818" },
        { "no document", "MR0818" },
        { "a file that is not there", "MR0817" },
        { "a redirect without end", "MR0325" },
        { "no entry", "MR0316" },
        { "no image", "MR0817" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void ARegistryThatLies_IsRefused_AndNothingIsRegistered(string lie, string code)
    {
        var image = Packed('w');
        var layers = image["layers"]!.AsArray();
        var (weights, other) = ((string)layers[0]!["digest"]!, new string('0', 64));
        Action? change = lie switch
        {
            "a length in the image" => () => layers[0]!["size"] = 1,
            "a negative length" => () => layers[0]!["size"] = -1,
            "a path that leads out" => () => layers[0]!["annotations"]!["org.cncf.model.filepath"] = "../outside",
            "a file twice" => () => layers.Add(layers[0]!.DeepClone()),
            "a digest that is none" => () => layers[0]!["digest"] = "sha512:00",
            "a container" => () => layers.ToList().ForEach(layer => layer!["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip"),
            _ => null,
        };
        change?.Invoke();
        var digest = lie == "no document" ? null : _registry.Tag("org/net", "1.0", image);
        var config = (string)image["config"]!["digest"]!;
        bool Of(ServedRequest request, string end) => request.Path.EndsWith(end, StringComparison.Ordinal);
        _registry.Lie = lie switch
        {
            "another image than its digest" => (request, honest) => Of(request, digest!.Value) ? honest with { Body = [.. honest.Body, (byte)' '] } : null,
            "a digest that is none of an image" => (request, honest) => request.Method == "HEAD" && Of(request, "/1.0") ? honest with { Headers = [("Docker-Content-Digest", "sha256:" + other)] } : null,
            "another configuration" => (request, honest) => Of(request, config) ? honest with { Body = [.. honest.Body, (byte)' '] } : null,
            "the bytes of a file" => (request, honest) => Of(request, weights) ? honest with { Body = [.. honest.Body[1..], 1] } : null,
            "the length of a file" => (request, honest) => Of(request, weights) ? honest with { Body = [.. honest.Body, 1] } : null,
            "no document" => (request, _) => request.Path.Contains("/manifests/", StringComparison.Ordinal) ? new ServedAnswer(200, "<html>"u8.ToArray(), ("Docker-Content-Digest", Digest.Of("<html>"u8).Value)) : null,
            "a file that is not there" => (request, _) => Of(request, weights) ? ServedAnswer.Empty(404) : null,
            "a redirect without end" => (request, _) => Of(request, weights) ? ServedAnswer.Empty(302, ("Location", request.Target)) : null,
            "no entry" => (_, _) => ServedAnswer.Empty(401),
            "no image" => (_, _) => ServedAnswer.Empty(404),
            _ => null,
        };
        var before = _workspace.Snapshot();

        Expect.Code(code, () => Import($"oci://{_registry.Host}/org/net:1.0"));

        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void ACredentialOfTheEnvironment_IsForTheAddressThatTheUserGave_AndNotForOneOfARegistry()
    {
        _registry.Tag("org/net", "1.0", Packed('w'));
        _registry.Lie = (request, _) => request.Header("Authorization") is null ? ServedAnswer.Empty(401, ("WWW-Authenticate", "Basic realm=\"test\"")) : null;
        (_variables["MODELREG_OCI_USERNAME"], _variables["MODELREG_OCI_PASSWORD"]) = ("user", "secret");
        Import($"oci://{_registry.Host}/org/net:1.0");
        var asked = _registry.Requests.Count();

        Assert.NotNull(Assert.Single(Outdated()).Problem);
        Assert.All(_registry.Requests.Skip(asked), request => Assert.Null(request.Header("Authorization")));
        _variables["MODELREG_OCI_HOST"] = _registry.Host;
        Assert.Null(Assert.Single(Outdated()).Problem);
    }

    [PeerFact("docker-registry", "htpasswd")]
    public void AVersionThatWasPushed_IsImportedFromDockersRegistry_AsItsFiles()
    {
        var port = docker.WithPasswords;
        (_variables["MODELREG_OCI_USERNAME"], _variables["MODELREG_OCI_PASSWORD"]) = ("user", "secret");
        using var source = new Workspace();
        source.Register("m", "one");
        var settings = Path.Combine(source.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $"\"stores\": [ {{ \"name\": \"hub\", \"oci\": \"127.0.0.1:{port}/imported\" }}, ", StringComparison.Ordinal));
        var pushed = Assert.Single(RegistrySession.Open(source.Root, source.Options with { Variable = _variables.GetValueOrDefault }).Registry.Push([]));

        var manifest = Import($"oci://127.0.0.1:{port}/imported/m:1.0.0", "taken").Manifest;

        Assert.Equal(pushed.Image!.Value, manifest.Lineage!.Origin!.Revision);
        Assert.Equal(source.Open().GetManifest(ModelId.Parse("m/1.0.0")).Manifest.Files.Select(file => (file.Path, file.Digest)), manifest.Files.Select(file => (file.Path, file.Digest)));
        Assert.False(Import($"oci://127.0.0.1:{port}/imported/m:1.0.0", "taken").Created);
        _variables["MODELREG_OCI_HOST"] = $"127.0.0.1:{port}";
        Assert.False(Assert.Single(Outdated()).HasMoved);
        Expect.Code("MR0817", () => Import($"oci://127.0.0.1:{port}/imported/m:2.0.0"));
    }

    public void Dispose()
    {
        _registry.Dispose();
        _workspace.Dispose();
    }

    private JsonObject Packed(char weights) => _registry.Image(
        "org/net", PackConfig, Told,
        (Weight, "sub/net.weights", Bytes(weights)), (Config, "config.json", """{ "id2label": { "0": "cat", "1": "dog" } }"""u8.ToArray()), (Doc, "README.md", "# Net\n"u8.ToArray()));

    private RegistrationResult Import(string address, string? name = null, params string[] files)
    {
        _workspace.Clock.Advance(TimeSpan.FromSeconds(1));
        return Open().Import(new OriginRequest(address) { Name = name is null ? null : ModelName.Parse(name), Files = [.. files] });
    }

    private IReadOnlyList<OutdatedModel> Outdated() => [.. Open().Outdated().OrderBy(model => model.Id.ToString(), StringComparer.Ordinal)];

    // A clock that stands still would wait for ever between attempts.
    private Registry Open() => RegistrySession.Open(_workspace.Root, _workspace.Options with { Clock = TimeProvider.System, Variable = _variables.GetValueOrDefault }).Registry;
}
