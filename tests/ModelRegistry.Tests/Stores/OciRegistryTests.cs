using System.Security.Cryptography;
using System.Text.Json;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Oci;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>Debian's docker-registry on loopback, one for all tests.</summary>
public sealed class DockerRegistry : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg docker").FullName;
    private readonly List<Peer> _servers = [];

    internal int Open => field != 0 ? field : field = Start("");

    internal int WithPasswords => field != 0 ? field : field = Start($"auth:\n  htpasswd:\n    realm: test\n    path: {Passwords()}\n");

    /// <summary>One that sends its users to a token server.</summary>
    internal int WithTokens(TokenServer tokens) => Start($"auth:\n  token:\n    realm: {tokens.Realm}\n    service: registry\n    issuer: tests\n    rootcertbundle: {tokens.WriteCertificate(_folder)}\n");

    public void Dispose()
    {
        foreach (var server in _servers) server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private int Start(string auth)
    {
        var port = Peer.FreePort();
        var config = Path.Combine(_folder, $"{port}.yml");
        File.WriteAllText(config, $"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {_folder}/{port}\n  delete:\n    enabled: true\nhttp:\n  addr: 127.0.0.1:{port}\nlog:\n  level: error\n{auth}");
        _servers.Add(Peer.Start("docker-registry", port, "serve", config));
        return port;
    }

    private string Passwords()
    {
        var path = Path.Combine(_folder, "passwords");
        File.WriteAllText(path, Peer.Run("htpasswd", "-Bbn", "user", "secret"));
        return path;
    }
}

public sealed class OciRegistryTests(DockerRegistry docker) : IClassFixture<DockerRegistry>, IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly string _repository = "t" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);

    [PeerFact("docker-registry")]
    public void Push_ThenPullWithAnEmptyCache_GivesTheSameBytes_AndASecondPushSendsNothing()
    {
        AddStore(docker.Open);
        _workspace.Register("m", "one");
        _workspace.Register("m", "two");
        _workspace.Register("other", "three");

        var first = Push();
        var second = Push();
        Forget();

        Assert.Equal([PushState.Pushed, PushState.Pushed, PushState.Pushed], first.Select(p => p.State));
        Assert.Equal([PushState.Present, PushState.Present, PushState.Present], second.Select(p => p.State));
        Assert.All(second, pushed => Assert.Equal(0, pushed.Sent));
        Assert.Equal("one", File.ReadAllText(_workspace.Open().Resolve(ModelName.Parse("m"), Selector.Parse("1.0.0")).Weights.LocalPath!));
    }

    [PeerFact("docker-registry", "htpasswd")]
    public void Push_RegistryWithPasswords_TakesThemFromVariableOrDockersConfig_AndSaysWhichWereRefused()
    {
        AddStore(docker.WithPasswords);
        _workspace.Register("m", "one");
        var config = Directory.CreateDirectory(Path.Combine(_workspace.Root, ".cache", "docker")).FullName;
        var basic = Convert.ToBase64String("user:secret"u8);
        File.WriteAllText(Path.Combine(config, "config.json"), "{\"auths\":{\"127.0.0.1:" + docker.WithPasswords + "\":{\"auth\":\"" + basic + "\"}}}");

        Expect.Code("MR0316", () => Push());
        var refused = Expect.Code("MR0316", () => Push(("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "WRONG")));
        var byConfig = Push(("DOCKER_CONFIG", config));
        var byVariable = Push(("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "secret"));

        Assert.Contains("MODELREG_OCI_USERNAME", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", refused.ToLine(), StringComparison.Ordinal);
        Assert.Equal((PushState.Pushed, PushState.Present), (byConfig[0].State, byVariable[0].State));
    }

    [PeerFact("docker-registry")]
    public void Push_RegistryBehindATokenServer_AsksItForEachScopeOnce_WhereItIsTrusted()
    {
        using var tokens = new TokenServer("user", "secret");
        var port = docker.WithTokens(tokens);
        (string, string)[] credential = [("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "secret")];
        AddStore(port);
        _workspace.Register("m", "one");
        _workspace.Register("m", "two");
        _workspace.Register("other", "one");

        Expect.Code("MR0320", () => Push(credential));
        Assert.Empty(tokens.Scopes);
        var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"name\": \"hub\",", $"\"name\": \"hub\", \"trustedRealms\": [ \"{new Uri(tokens.Realm).Authority}\" ],", StringComparison.Ordinal));
        var first = Push(credential);
        // For each repository one to read and one to write, and one more to take the weights over: not one for each request.
        Assert.Equal(5, tokens.Scopes.Count);
        var second = Push(credential);
        Forget();

        Assert.All(first, pushed => Assert.Equal(PushState.Pushed, pushed.State));
        Assert.Equal(0, first.Single(pushed => pushed.Id.Name.Value == "other").Sent);
        Assert.All(second, pushed => Assert.Equal((PushState.Present, 0L), (pushed.State, pushed.Sent)));
        Assert.Contains($"repository:{_repository}/m:pull repository:{_repository}/other:pull,push", tokens.Scopes);
        Assert.Equal("two", File.ReadAllText(Session(credential).Resolve(ModelName.Parse("m"), Selector.Latest).Weights.LocalPath!));
        Expect.Code("MR0316", () => Push(("MODELREG_OCI_USERNAME", "user"), ("MODELREG_OCI_PASSWORD", "WRONG")));
    }

    [PeerFact("docker-registry", "skopeo")]
    public void Push_Compatible_IsAnImageOfTheOldKind_AndComesBackThroughAnArchive()
    {
        AddStore(docker.Open, "\"compatible\": true, ");
        _workspace.Register("m", "one");
        using var other = new Workspace();
        var image = $"docker://127.0.0.1:{docker.Open}/{_repository}/m:1.0.0";
        var archive = Path.Combine(_workspace.Root, ".cache", "skopeo.tar");

        Push();
        using var document = JsonDocument.Parse(Peer.Run("skopeo", "inspect", "--raw", "--tls-verify=false", image));
        Peer.Run("skopeo", "copy", "--preserve-digests", "--src-tls-verify=false", image, $"oci-archive:{archive}:x");

        Assert.False(document.RootElement.TryGetProperty("artifactType", out _));
        Assert.Equal("application/vnd.oci.image.config.v1+json", document.RootElement.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal("m/1.0.0", Assert.Single(other.Open().Import(archive)).Id.ToString());
        Assert.Equal(PushState.Present, Assert.Single(Push()).State);
    }

    [PeerFact("docker-registry", "skopeo")]
    public void Push_TheImage_IsWhatSkopeoCopiesWithoutChangingItsDigest()
    {
        AddStore(docker.Open);
        _workspace.Register("m", "one");
        var pushed = Assert.Single(Push());
        var image = $"docker://127.0.0.1:{docker.Open}/{_repository}/m:1.0.0";
        var layout = Path.Combine(_workspace.Root, ".cache", "layout");

        var raw = Peer.Run("skopeo", "inspect", "--raw", "--tls-verify=false", image);
        Peer.Run("skopeo", "copy", "--preserve-digests", "--src-tls-verify=false", image, $"oci:{layout}:m");

        Assert.Equal(pushed.Image, Digest.Of(System.Text.Encoding.UTF8.GetBytes(raw)));
        Assert.Contains(pushed.Image!.Value, File.ReadAllText(Path.Combine(layout, "index.json")), StringComparison.Ordinal);
        using var document = JsonDocument.Parse(raw);
        Assert.Equal("m.pth", document.RootElement.GetProperty("layers")[0].GetProperty("annotations").GetProperty("org.opencontainers.image.title").GetString());
    }

    [PeerFact("docker-registry")]
    public void Push_TagThatNamesAnotherImage_IsAConflict_AndCheckSaysSo()
    {
        AddStore(docker.Open);
        _workspace.Register("m", "one");
        Push();
        var path = Path.Combine(_workspace.RegistryRoot, "m", "versions", "1.0.0.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"files\"", "\"notes\": \"edited\",\n  \"files\"", StringComparison.Ordinal));

        Expect.Code("MR0323", () => Push());

        Assert.Equal(PushState.Different, Assert.Single(Session().Push([], "hub", check: true)).State);
    }

    [PeerFact("docker-registry")]
    public async Task Put_CutWithinAChunk_BeginsThatBlobAgain()
    {
        using var scratch = new Scratch();
        var artifact = scratch.Artifact(RandomNumberGenerator.GetBytes(150 << 20), out var file);
        var options = new RegistryOptions { CacheDirectory = Path.Combine(scratch.Root, "cache") };
        OciStore Store() => new(new StoreSettings { Name = "hub", Oci = $"127.0.0.1:{docker.Open}/{_repository}" }, options);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store().PutAsync(artifact, file, new At(70L << 20, stop.Cancel), stop.Token));
        await Store().PutAsync(artifact, file, null, default);

        await using var content = await Store().OpenAsync(artifact, 0, default);
        Assert.Equal(artifact.Digest, Digest.FromHash(await SHA256.HashDataAsync(content!.Stream)));
    }

    [PeerFact("docker-registry")]
    public async Task Put_KilledBetweenChunks_GoesOnAfterTheOneThatArrived()
    {
        const int chunk = 64 << 20;
        using var scratch = new Scratch();
        var content1 = RandomNumberGenerator.GetBytes(150 << 20);
        var artifact = scratch.Artifact(content1, out var file);
        var options = new RegistryOptions { CacheDirectory = Path.Combine(scratch.Root, "cache") };
        OciStore Store() => new(new StoreSettings { Name = "hub", Oci = $"127.0.0.1:{docker.Open}/{_repository}" }, options);
        // What the process that was killed had done: one chunk, and the note of it.
        var uploads = new Uri($"http://127.0.0.1:{docker.Open}/v2/{_repository}/m/blobs/uploads/");
        using var client = new HttpClient();
        using var begun = await client.PostAsync(uploads, new ByteArrayContent([]));
        using var part = new ByteArrayContent(content1, 0, chunk);
        part.Headers.ContentType = new("application/octet-stream");
        part.Headers.TryAddWithoutValidation("Content-Range", $"0-{chunk - 1}");
        using var sent = await client.PatchAsync(new Uri(uploads, begun.Headers.Location!), part);
        new UploadState(options.CacheDirectory, uploads, artifact.Digest).Write(new Uri(uploads, sent.Headers.Location!), chunk);

        var least = long.MaxValue;
        await Store().PutAsync(artifact, file, new Least(done => least = Math.Min(least, done)), default);

        Assert.True(least > chunk, $"it began at {least}");
        await using var content = await Store().OpenAsync(artifact, 0, default);
        Assert.Equal(artifact.Digest, Digest.FromHash(await SHA256.HashDataAsync(content!.Stream)));
    }

    [PeerFact("docker-registry")]
    public void Push_WeightsThatAnotherFamilyHas_AreTakenOverThereAndNotSent()
    {
        AddStore(docker.Open);
        _workspace.Register("first", "the same weights");
        Push();
        _workspace.Register("second", "the same weights");

        var second = Push().Single(p => p.Id.Name.Value == "second");
        Forget();

        Assert.Equal((PushState.Pushed, 0), (second.State, second.Sent));
        Assert.Equal("the same weights", File.ReadAllText(_workspace.Open().Resolve(ModelName.Parse("second"), Selector.Latest).Weights.LocalPath!));
    }

    [PeerFact("docker-registry", "skopeo")]
    public void Push_Signed_TheImageCarriesTheSignatures_ByteForByteIntoAnotherRegistry()
    {
        AddStore(docker.Open);
        _workspace.Register("m", "one");
        using var keys = new Signing.SigningFolder();
        using var other = new Workspace();
        var unsigned = Assert.Single(Push());
        Sign(keys, "first");
        var lacking = Assert.Single(Session().Push([], "hub", check: true));
        var signed = Assert.Single(Push());
        Sign(keys, "second");
        var twice = Assert.Single(Push());
        var archive = Path.Combine(_workspace.Root, ".cache", "skopeo.tar");
        Peer.Run("skopeo", "copy", "--preserve-digests", "--src-tls-verify=false", $"docker://127.0.0.1:{docker.Open}/{_repository}/m:1.0.0", $"oci-archive:{archive}:x");

        other.Open().Import(archive);

        Assert.Equal((PushState.SignaturesMissing, PushState.Pushed, PushState.Pushed), (lacking.State, signed.State, twice.State));
        Assert.Equal(3, new[] { unsigned.Image, signed.Image, twice.Image }.Distinct().Count());
        Assert.Equal(PushState.Present, Assert.Single(Push()).State);
        Assert.Equal(2, Signatures(_workspace).Count);
        Assert.Equal(Signatures(_workspace), Signatures(other));
        Assert.True(other.Open().Doctor().Healthy);

        // A clone that has one of them only neither takes the other away nor fails.
        File.Delete(Directory.GetFiles(Path.Combine(_workspace.RegistryRoot, "m", "signatures", "1.0.0"))[0]);
        Assert.Equal((PushState.Present, twice.Image), (Assert.Single(Push()).State, Assert.Single(Push()).Image));
    }

    [PeerFact("docker-registry")]
    public void Push_WherePoliciesAskForASignature_SendsNothingOfWhatNobodySigned()
    {
        AddStore(docker.Open);
        var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).TrimEnd().TrimEnd('}').TrimEnd() + ",\n  \"policies\": { \"requireSignature\": true }\n}\n");
        _workspace.Register("m", "one");
        using var keys = new Signing.SigningFolder();

        Expect.Code("MR0804", () => Push());
        Assert.Equal(PushState.Missing, Assert.Single(Session().Push([], "hub", check: true)).State);
        Sign(keys, "signer");
        Assert.Equal(PushState.Pushed, Assert.Single(Push()).State);
    }

    [PeerFact("docker-registry")]
    public void Doctor_Remote_NamesWhatIsMissingAndWhatIsDifferent()
    {
        AddStore(docker.Open);
        _workspace.Register("m", "one");
        Push();
        Assert.DoesNotContain(Session().Doctor(remote: true).Findings, f => f.Diagnostic.Code is "MR0323" or "MR0327");
        _workspace.Register("m", "two");
        var path = Path.Combine(_workspace.RegistryRoot, "m", "versions", "1.0.0.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"files\"", "\"notes\": \"edited\",\n  \"files\"", StringComparison.Ordinal));

        var findings = Session().Doctor(remote: true).Findings.Where(f => f.Diagnostic.Code is "MR0323" or "MR0327").ToList();

        Assert.Equal([("MR0323", DoctorSeverity.Error), ("MR0327", DoctorSeverity.Warning)], findings.Select(f => (f.Diagnostic.Code, f.Severity)));
        Assert.Contains("m/1.0.0 is another image at hub", findings[0].What, StringComparison.Ordinal);
        Assert.Contains("m/1.1.0 is not at hub", findings[1].What, StringComparison.Ordinal);
        Assert.DoesNotContain(Session().Doctor().Findings, f => f.Diagnostic.Code is "MR0323" or "MR0327");
    }

    [Theory]
    [InlineData("a._b")]
    [InlineData("a___b")]
    [InlineData("a-_b")]
    public void Repository_NameThatRegistriesRefuse_IsToldWithTheWayOut(string family)
    {
        var failure = Expect.Code("MR0319", () => new OciNames(new StoreSettings { Name = "hub", Oci = "oci.example.org/vision" }).Repository(ModelName.Parse(family)));

        Assert.Contains("\"a.b\"", failure.Hint, StringComparison.Ordinal);
        Assert.Equal("vision/a.b", new OciNames(new StoreSettings { Name = "hub", Oci = "oci.example.org/vision", Repositories = Manifest.NoTags.Add(family, "a.b") }).Repository(ModelName.Parse(family)));
    }

    [Fact]
    public void Image_OfAManifest_IsTheSameBytesEveryTime()
    {
        _workspace.Register("m", "one");
        var manifest = _workspace.Open().GetManifest(ModelId.Parse("m/1.0.0"));

        Assert.Equal(OciImage.Of(manifest, [], compatible: false).Image.Content, OciImage.Of(manifest, [], compatible: false).Image.Content);
        Assert.NotEqual(OciImage.Of(manifest, [], compatible: false).Image.Digest, OciImage.Of(manifest, [], compatible: true).Image.Digest);
    }

    public void Dispose() => _workspace.Dispose();

    private void AddStore(int port, string more = "")
    {
        var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $"\"stores\": [ {{ \"name\": \"hub\", {more}\"oci\": \"127.0.0.1:{port}/{_repository}\" }}, ", StringComparison.Ordinal));
    }

    private Registry Session(params (string Name, string Value)[] variables) =>
        RegistrySession.Open(_workspace.Root, _workspace.Options with { Variable = name => variables.FirstOrDefault(v => v.Name == name).Value }).Registry;

    private IReadOnlyList<PushedVersion> Push(params (string Name, string Value)[] variables) => Session(variables).Push([]);

    private void Sign(Signing.SigningFolder keys, string key)
    {
        using var signer = ModelRegistry.Signing.ModelSigner.FromKey(keys.Key(key));
        _workspace.Open().Sign(ModelId.Parse("m/1.0.0"), signer);
    }

    private static Dictionary<string, string> Signatures(Workspace workspace) =>
        Directory.GetFiles(Path.Combine(workspace.RegistryRoot, "m", "signatures", "1.0.0")).ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexString(File.ReadAllBytes(path)));

    private void Forget()
    {
        Workspace.Empty(Path.Combine(_workspace.Root, "models", "blobs", "sha256"));
        Workspace.Empty(Path.Combine(_workspace.Root, ".cache"));
    }

    private sealed class At(long done, Action then) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.Done >= done) then();
        }
    }

    private sealed class Least(Action<long> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value.Done);
    }
}

/// <summary>The contract, kept by Docker's registry.</summary>
[Needs("docker-registry")]
public sealed class OciStoreTests(DockerRegistry docker) : ArtifactStoreContract, IClassFixture<DockerRegistry>
{
    private protected override IArtifactStore Store => field ??= new OciStore(
        new StoreSettings { Name = "hub", Oci = $"127.0.0.1:{docker.Open}/c{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}" }, new RegistryOptions());
}
