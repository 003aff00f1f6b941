using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Oci;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>Registries that are not at hand, by what is known of how they answer.</summary>
public sealed class OciStandInTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public async Task Put_RegistryThatRefusesChunks_GetsOnePiece_AndIsNotAskedForChunksAgain()
    {
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(404),
            "POST" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            "PATCH" => ServedAnswer.Empty(416),
            _ => ServedAnswer.Empty(201),
        });
        var store = Store(server);

        for (var i = 0; i < 2; i++) await store.PutAsync(_scratch.Artifact(RandomNumberGenerator.GetBytes(5000), out var file), file, null, default);

        Assert.Equal(["HEAD", "POST", "PATCH", "POST", "PUT", "HEAD", "POST", "PUT"], server.Requests.Select(r => r.Method));
        Assert.Equal(5000, server.Requests.Last().Body.Length);
    }

    [Fact]
    public async Task Put_RegistryWhoseRangeStandsStill_IsSentEachChunkOnce()
    {
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(404),
            "POST" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            "PATCH" => ServedAnswer.Empty(201, ("Location", "/v2/x/m/blobs/uploads/1"), ("Range", "0-1999")),
            _ => ServedAnswer.Empty(201),
        });
        var content = RandomNumberGenerator.GetBytes(5000);

        await Store(server).PutAsync(_scratch.Artifact(content, out var file), file, null, default);

        var chunks = server.Requests.Where(r => r.Method == "PATCH").ToList();
        Assert.Equal(["0-1999", "2000-3999", "4000-4999"], chunks.Select(c => c.Header("Content-Range")));
        Assert.Equal(content, chunks.SelectMany(c => c.Body));
    }

    [Fact]
    public async Task PutImage_RegistryThatKnowsOnlyContainers_IsToldWithTheWayOut()
    {
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(200),
            _ => new ServedAnswer(400, Encoding.UTF8.GetBytes("""{"errors":[{"code":"MANIFEST_INVALID"}]}""")),
        });
        using var workspace = new Workspace();
        workspace.Register("m", "weights");
        var image = OciImage.Of(workspace.Open().GetManifest(ModelId.Parse("m/1.0.0")), compatible: false);

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(async () => await Store(server).PutImageAsync(ModelId.Parse("m/1.0.0"), image, default));

        Assert.Equal("MR0321", failure.Code);
        Assert.Contains("\"compatible\": true", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_OfTheRegistrysOwnRealm_IsAskedForOnce()
    {
        var address = "";
        using var server = new LoopbackServer(request =>
            request.Path == "/token" ? new ServedAnswer(200, Encoding.UTF8.GetBytes("""{"token":"T1","expires_in":300}"""))
            : request.Header("Authorization") == "Bearer T1" ? ServedAnswer.Empty(404)
            : ServedAnswer.Empty(401, ("WWW-Authenticate", $"Bearer realm=\"{address}/token\",service=\"s\",scope=\"repository:x/m:pull,push\"")));
        address = server.Address;
        var store = Store(server, ("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "secret"));

        for (var i = 0; i < 3; i++) Assert.Null(await store.FindAsync(_scratch.Artifact($"x{i}", out _), default));

        var asked = Assert.Single(server.Requests, r => r.Path == "/token");
        Assert.Equal("/token?service=s&scope=repository%3Ax%2Fm%3Apull%2Cpush", asked.Target);
        Assert.Equal("Basic " + Convert.ToBase64String("user:secret"u8), asked.Header("Authorization"));
    }

    [Fact]
    public async Task Token_OfAnotherHost_GetsNoCredentialUnlessItIsTrusted()
    {
        using var realm = new LoopbackServer(_ => new ServedAnswer(200, Encoding.UTF8.GetBytes("""{"token":"T1"}""")));
        using var server = new LoopbackServer(request => request.Header("Authorization") == "Bearer T1" ? ServedAnswer.Empty(404)
            : ServedAnswer.Empty(401, ("WWW-Authenticate", $"Bearer realm=\"{realm.Address}/token\"")));
        var artifact = _scratch.Artifact("x", out _);
        (string, string)[] credential = [("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "secret")];

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(async () => await Store(server, credential).FindAsync(artifact, default));
        Assert.Equal("MR0320", failure.Code);
        Assert.Empty(realm.Requests);

        Assert.Null(await Store(server).FindAsync(artifact, default));
        Assert.Null(Assert.Single(realm.Requests).Header("Authorization"));

        var trusting = Store(server, new StoreSettings { Name = "hub", Oci = $"{server.Address}/x", TrustedRealms = [new Uri(realm.Address).Authority] }, credential);
        Assert.Null(await trusting.FindAsync(artifact, default));
        Assert.StartsWith("Basic ", realm.Requests.Last().Header("Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_SentToAnotherHost_TakesNoCredentialThere()
    {
        using var other = new LoopbackServer(_ => ServedAnswer.Empty(201));
        using var server = new LoopbackServer(request =>
            request.Header("Authorization") is null ? ServedAnswer.Empty(401, ("WWW-Authenticate", "Basic realm=\"r\""))
            : request.Method == "HEAD" ? ServedAnswer.Empty(404) : ServedAnswer.Empty(202, ("Location", other.Address + "/upload")));

        await Store(server, ("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "secret")).PutAsync(_scratch.Artifact("small", out var file), file, null, default);

        Assert.Null(Assert.Single(other.Requests).Header("Authorization"));
    }

    public void Dispose() => _scratch.Dispose();

    private static OciStore Store(LoopbackServer server, params (string Name, string Value)[] variables) =>
        Store(server, new StoreSettings { Name = "hub", Oci = $"{server.Address}/x" }, variables);

    private static OciStore Store(LoopbackServer server, StoreSettings settings, params (string Name, string Value)[] variables)
    {
        var store = new OciStore(settings, new RegistryOptions { Variable = name => variables.FirstOrDefault(v => v.Name == name).Value });
        (store.Upload.OnePiece, store.Upload.Chunk) = (1000, 2000);
        return store;
    }
}
