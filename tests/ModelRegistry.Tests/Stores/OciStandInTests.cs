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

    [Theory]
    [InlineData(201, "HEAD HEAD POST")]
    [InlineData(202, "HEAD HEAD POST PUT")]
    [InlineData(404, "HEAD HEAD POST POST PUT")]
    [InlineData(403, "HEAD HEAD POST POST PUT")]
    public async Task Put_BlobOfAnotherFamily_IsMounted_ElseTheUploadGoesOn(int answer, string requests)
    {
        using var server = new LoopbackServer(request =>
            request.Method == "HEAD" ? (request.Path.StartsWith("/v2/x/other/", StringComparison.Ordinal) ? new ServedAnswer(200, new byte[500]) : ServedAnswer.Empty(404))
            : request.Method == "PUT" ? ServedAnswer.Empty(201)
            : request.Target.Contains("mount=", StringComparison.Ordinal) ? ServedAnswer.Empty(answer, ("Location", "/v2/x/m/blobs/uploads/mounting"))
            : ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/plain")));
        var artifact = _scratch.Artifact(RandomNumberGenerator.GetBytes(500), out var file) with { AlsoIn = [ModelName.Parse("other")] };

        var sent = await Store(server).PutAsync(artifact, file, null, default);

        Assert.Equal(answer != 201, sent);
        Assert.Equal(requests, string.Join(' ', server.Requests.Select(r => r.Method)));
        Assert.Equal($"/v2/x/m/blobs/uploads/?mount={Uri.EscapeDataString(artifact.Digest.Value)}&from=x%2Fother", server.Requests.ElementAt(2).Target);
        if (sent) Assert.StartsWith(answer == 202 ? "/v2/x/m/blobs/uploads/mounting?" : "/v2/x/m/blobs/uploads/plain?", server.Requests.Last().Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_LargeBlobThatCannotBeMounted_GoesInChunksIntoTheSessionThatTheMountBegan()
    {
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => request.Path.StartsWith("/v2/x/other/", StringComparison.Ordinal) ? new ServedAnswer(200, new byte[5000]) : ServedAnswer.Empty(404),
            "POST" or "PATCH" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            _ => ServedAnswer.Empty(201),
        });
        var artifact = _scratch.Artifact(RandomNumberGenerator.GetBytes(5000), out var file) with { AlsoIn = [ModelName.Parse("other")] };

        Assert.True(await Store(server).PutAsync(artifact, file, null, default));

        Assert.Equal(["HEAD", "HEAD", "POST", "PATCH", "PATCH", "PATCH", "PUT"], server.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task Put_RegistryThatRefusesChunks_IsRememberedForTheNextProcess()
    {
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(404),
            "POST" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            "PATCH" => ServedAnswer.Empty(405),
            _ => ServedAnswer.Empty(201),
        });
        var options = new RegistryOptions { CacheDirectory = Path.Combine(_scratch.Root, "cache") };

        for (var i = 0; i < 2; i++)
        {
            var store = new OciStore(new StoreSettings { Name = "hub", Oci = $"{server.Address}/x" }, options) { Upload = { OnePiece = 1000, Chunk = 2000 } };
            await store.PutAsync(_scratch.Artifact(RandomNumberGenerator.GetBytes(5000), out var file), file, null, default);
        }

        Assert.Single(server.Requests, r => r.Method == "PATCH");
    }

    [Fact]
    public async Task Put_SessionThatTheRegistryForgot_IsBegunAgain()
    {
        var patches = 0;
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(404),
            "GET" => new ServedAnswer(404, Encoding.UTF8.GetBytes("""{"errors":[{"code":"BLOB_UPLOAD_INVALID"}]}""")),
            "POST" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            "PATCH" => ServedAnswer.Empty(++patches == 2 ? 404 : 202, ("Location", "/v2/x/m/blobs/uploads/1")),
            _ => ServedAnswer.Empty(201),
        });
        var content = RandomNumberGenerator.GetBytes(5000);
        var store = new OciStore(new StoreSettings { Name = "hub", Oci = $"{server.Address}/x" }, new RegistryOptions { CacheDirectory = Path.Combine(_scratch.Root, "cache") }) { Upload = { OnePiece = 1000, Chunk = 2000 } };

        await store.PutAsync(_scratch.Artifact(content, out var file), file, null, default);

        Assert.Equal(["0-1999", "2000-3999", "0-1999", "2000-3999", "4000-4999"], server.Requests.Where(r => r.Method == "PATCH").Select(r => r.Header("Content-Range")));
    }

    [Theory]
    [InlineData("0-1999", "2000-3999")]
    [InlineData("bytes=0-1999", "2000-3999")]
    [InlineData("0-999", "0-1999")]
    [InlineData("0-2999", "0-1999")]
    [InlineData("rubbish", "0-1999")]
    [InlineData(null, "0-1999")]
    public async Task Put_UploadOfAnEarlierProcess_GoesOnOnlyWhereTheRegistryHasWhatWasSent(string? range, string first)
    {
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(404),
            "GET" => range is null ? ServedAnswer.Empty(204) : ServedAnswer.Empty(204, ("Range", range)),
            "POST" or "PATCH" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            _ => ServedAnswer.Empty(201),
        });
        var options = new RegistryOptions { CacheDirectory = Path.Combine(_scratch.Root, "cache") };
        var artifact = _scratch.Artifact(RandomNumberGenerator.GetBytes(5000), out var file);
        new UploadState(options.CacheDirectory, new Uri($"{server.Address}/v2/x/m/blobs/uploads/"), artifact.Digest).Write(new Uri($"{server.Address}/v2/x/m/blobs/uploads/0"), 2000);

        await new OciStore(new StoreSettings { Name = "hub", Oci = $"{server.Address}/x" }, options) { Upload = { OnePiece = 1000, Chunk = 2000 } }.PutAsync(artifact, file, null, default);

        Assert.Equal(first, server.Requests.First(r => r.Method == "PATCH").Header("Content-Range"));
    }

    [Fact]
    public async Task Put_UploadThatWasGoneOnWithAndDoesNotFit_IsSentOnceMoreFromTheStart()
    {
        var puts = 0;
        using var server = new LoopbackServer(request => request.Method switch
        {
            "HEAD" => ServedAnswer.Empty(404),
            "GET" => ServedAnswer.Empty(204, ("Range", "0-1999")),
            "POST" or "PATCH" => ServedAnswer.Empty(202, ("Location", "/v2/x/m/blobs/uploads/1")),
            _ => puts++ == 0 ? new ServedAnswer(400, Encoding.UTF8.GetBytes("""{"errors":[{"code":"DIGEST_INVALID"}]}""")) : ServedAnswer.Empty(201),
        });
        var options = new RegistryOptions { CacheDirectory = Path.Combine(_scratch.Root, "cache") };
        var artifact = _scratch.Artifact(RandomNumberGenerator.GetBytes(5000), out var file);
        new UploadState(options.CacheDirectory, new Uri($"{server.Address}/v2/x/m/blobs/uploads/"), artifact.Digest).Write(new Uri($"{server.Address}/v2/x/m/blobs/uploads/0"), 2000);

        Assert.True(await new OciStore(new StoreSettings { Name = "hub", Oci = $"{server.Address}/x" }, options) { Upload = { OnePiece = 1000, Chunk = 2000 } }.PutAsync(artifact, file, null, default));

        Assert.Equal(["2000-3999", "4000-4999", "0-1999", "2000-3999", "4000-4999"], server.Requests.Where(r => r.Method == "PATCH").Select(r => r.Header("Content-Range")));
    }

    [Fact]
    public async Task Token_ForABlobOfAnotherRepository_IsAskedForBothScopes_AndThePlainOneIsKept()
    {
        var address = "";
        using var server = new LoopbackServer(request =>
            request.Path == "/token" ? new ServedAnswer(200, Encoding.UTF8.GetBytes("{\"token\":\"" + (request.Target.Contains("other", StringComparison.Ordinal) ? "BOTH" : "ONE") + "\",\"expires_in\":300}"))
            : request.Target.Contains("mount=", StringComparison.Ordinal)
                ? request.Header("Authorization") == "Bearer BOTH" ? ServedAnswer.Empty(201) : Challenge("repository:x/m:pull,push repository:x/other:pull")
            : request.Header("Authorization") is null ? Challenge("repository:x/m:pull,push")
            : request.Path.StartsWith("/v2/x/other/", StringComparison.Ordinal) ? new ServedAnswer(200, new byte[1]) : ServedAnswer.Empty(404));
        address = server.Address;
        ServedAnswer Challenge(string scope) => ServedAnswer.Empty(401, ("WWW-Authenticate", $"Bearer realm=\"{address}/token\",service=\"s\",scope=\"{scope}\""));

        Assert.False(await Store(server).PutAsync(_scratch.Artifact("x", out var file) with { AlsoIn = [ModelName.Parse("other")] }, file, null, default));

        Assert.Contains(server.Requests, r => r.Target == "/token?service=s&scope=repository%3Ax%2Fm%3Apull%2Cpush&scope=repository%3Ax%2Fother%3Apull");
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
        var image = OciImage.Of(workspace.Open().GetManifest(ModelId.Parse("m/1.0.0")), [], compatible: false);

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
