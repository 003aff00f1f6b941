using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Locking;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Support;
using ModelRegistry.Trust;

namespace ModelRegistry.Tests.Delivery;

/// <summary>A registry whose store is a web server, a build that pins a version, and an app on another machine that fetches it.</summary>
public sealed class OnDemandModelTests : IDisposable
{
    private const string Weights = "the weights, as they were registered";

    private readonly Workspace _work = new();
    private readonly LoopbackServer _server;
    private readonly Dictionary<string, byte[]> _blobs = [];

    public OnDemandModelTests()
    {
        _server = new LoopbackServer(request => _blobs.TryGetValue(request.Path, out var blob) ? Answer(request, blob) : ServedAnswer.Empty(404));
        WriteStores($$"""{ "name": "hub", "url": "{{_server.Address}}", "query": "$MODELS_HUB_SAS", "headers": { "X-Team": "secret-of-the-team" }, "credentialHelper": "any-program" }, { "name": "desk", "path": "../models" }""");
        var labels = _work.File_("labels.txt", "cat\ndog\n");
        var registered = _work.Open().Register(_work.Request("llm", Weights) with { Files = [new FileToRegister(_work.File_("llm.pth", Weights)), new FileToRegister(labels)] });
        foreach (var file in registered.Manifest.Files) _blobs[$"/blobs/sha256/{file.Digest.Hex}"] = File.ReadAllBytes(_work.Open().Locate(file, registered.Id));
    }

    public void Dispose()
    {
        _server.Dispose();
        _work.Dispose();
    }

    [Fact]
    public async Task Ensure_FetchesOnce_AndWorksWithoutTheServerAfterwards()
    {
        var model = App();
        Assert.False(model.IsAvailable);
        var heard = new List<TransferProgress>();

        var local = await model.EnsureAsync(new Heard(heard));

        Assert.Equal(Weights, File.ReadAllText(local.WeightsPath));
        Assert.Equal("cat\ndog\n", File.ReadAllText(local.FindFile("labels")!));
        Assert.Equal(model.Folder, local.Folder);
        Assert.Contains(heard, p => p.File == "llm.pth" && p.Done == p.Total);
        Assert.True(model.IsAvailable);
        _server.Dispose();
        Assert.True(App(offline: true).IsAvailable);
        Assert.Equal(local.WeightsPath, (await App(offline: true).EnsureAsync()).WeightsPath);
    }

    [Fact]
    public async Task Ensure_AlteredBytesOfTheServer_AreRefused_AndNothingStays()
    {
        foreach (var path in _blobs.Keys.ToList()) _blobs[path] = Encoding.UTF8.GetBytes(new string('x', _blobs[path].Length));

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => App().EnsureAsync());

        Assert.Equal("MR0302", failure.Code);
        Assert.Contains("llm.pth does not have the digest", failure.Message, StringComparison.Ordinal);
        Assert.False(App().IsAvailable);
    }

    [Fact]
    public async Task Ensure_AlteredFileOnThisMachine_IsFetchedAnew_AndRefusedOffline()
    {
        var path = (await App().EnsureAsync()).WeightsPath;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, Weights.Replace("as", "AS", StringComparison.Ordinal));

        Assert.False(App().IsAvailable);
        var refused = await Assert.ThrowsAsync<ModelRegistryException>(() => App(offline: true).EnsureAsync());
        Assert.Contains("is not the artifact of llm/1.0.0", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Weights, File.ReadAllText((await App().EnsureAsync()).WeightsPath));
        Assert.True(App().IsAvailable);
    }

    [Fact]
    public async Task Ensure_ManyAtOnce_FetchEachFileOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => App().EnsureAsync()));

        Assert.Equal(_blobs.Count, _server.Requests.Count(request => request.Method == "GET"));
    }

    [Fact]
    public async Task Ensure_NoStoreAnswers_OneErrorNamesEveryPlace()
    {
        _blobs.Clear();

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => App().EnsureAsync());

        Assert.Equal("MR0301", failure.Code);
        Assert.Contains(_server.Address, failure.Message, StringComparison.Ordinal);
        Assert.Contains("cache", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.ToLine());
    }

    [Fact]
    public async Task Ensure_WithoutACache_SaysSo()
    {
        var model = OnDemandModel.Parse("llm", Pin(), _work.Options with { CacheDirectory = null });

        Assert.False(model.IsAvailable);
        Assert.Equal("MR0309", (await Assert.ThrowsAsync<ModelRegistryException>(() => model.EnsureAsync())).Code);
    }

    [Fact]
    public void Pin_CarriesNoSecret_NoProgram_AndNoPathOfThisMachine()
    {
        var pin = Pin();

        Assert.Contains("$MODELS_HUB_SAS", pin, StringComparison.Ordinal);
        foreach (var secret in new[] { "secret-of-the-team", "any-program", "../models", _work.Root }) Assert.DoesNotContain(secret, pin, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "version": "1.0.0", "manifestDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "files": [] }""")]
    [InlineData("""{ "version": "1.0.0", "manifestDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "files": [ null ] }""")]
    [InlineData("""{ "version": "1.0.0", "manifestDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "files": [ { "path": "../x", "role": "weights", "size": 1, "digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000" } ] }""")]
    public void Parse_WhatNoBuildWrites_IsRefusedInOneLine(string pin) => Expect.Code("MR0702", () => OnDemandModel.Parse("llm", pin, _work.Options));

    [Fact]
    public void Lock_BundledFirst_GetsTheStores_AndKeepsTheVersion()
    {
        var bundled = Resolve(onDemand: false);
        Assert.Empty(bundled.References[0].Locked.Stores);
        _work.Register("llm", "other weights");

        var refused = Expect.Code("MR0701", () => Resolve(onDemand: true, locked: true));
        Assert.Contains("+ llm 'latest' 1.0.0 (on demand from hub)", refused.Message, StringComparison.Ordinal);
        var onDemand = Resolve(onDemand: true);

        Assert.Equal("1.0.0", onDemand.References[0].Id.Version.Value);
        Assert.Equal(["hub"], new LockFile(LockPath, _work.Options).Read().Entries().Single().Locked.Stores.Select(store => store.Name));
        Assert.Empty(Resolve(onDemand: true, locked: true).Changes);
        Resolve(onDemand: false, force: true);
        Assert.NotEmpty(new LockFile(LockPath, _work.Options).Read().Entries().Single().Locked.Stores);
    }

    [Fact]
    public void Lock_OnlyAFolderHere_IsTold()
    {
        WriteStores("""{ "name": "desk", "path": "../models" }""");

        Assert.Contains(Resolve(onDemand: true).Advisories, advisory => advisory.Diagnostic.Code == "MR0719");
    }

    [Fact]
    public void Lock_OnDemand_FindsLabelsAlone()
    {
        var files = Resolve(onDemand: true).References[0].Files;

        Assert.Equal(["labels.txt"], files.Where(file => file.LocalPath is not null).Select(file => file.File.Path.Value));
    }

    [Fact]
    public async Task Session_Get_ChoosesAndFetches()
    {
        WriteStores($$"""{ "name": "desk", "path": "../models" }, { "name": "hub", "url": "{{_server.Address}}" }""");
        Workspace.Empty(Path.Combine(_work.Root, "models"));
        _work.Open().Promote(ModelName.Parse("llm"), Selector.Parse("1.0.0"), "production");
        using var session = RegistrySession.Open(_work.Root, _work.Options with { CacheDirectory = Elsewhere });
        var heard = new List<TransferProgress>();

        var model = await session.GetAsync("llm", Selector.Parse("@production"), new Heard(heard));

        Assert.Equal("llm/1.0.0", model.Id.ToString());
        Assert.Equal(Weights, File.ReadAllText(model.WeightsPath));
        Assert.NotEmpty(heard);
        Assert.Null(model.FindFile("sample-input"));
        await Assert.ThrowsAsync<ModelRegistryException>(() => session.GetAsync("lm", Selector.Parse("latest")));
    }

    [Theory]
    [InlineData("require")]
    [InlineData("accept")]
    public async Task Session_Get_UnderAPolicy_AsksBeforeAnythingIsFetched(string mode)
    {
        WriteStores($$"""{ "name": "hub", "url": "{{_server.Address}}" }""");
        Workspace.Empty(Path.Combine(_work.Root, "models"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _work.File_("vision.pub.pem", key.ExportSubjectPublicKeyInfoPem() + "\n");
        var policy = ModelTrustPolicy.Load(_work.File_("models.trust.json", $$"""{ "schemaVersion": 1, "mode": "{{mode}}", "signers": [ { "name": "vision team", "publicKey": "vision.pub.pem" } ] }"""));
        using var session = RegistrySession.Open(_work.Root, _work.Options with { CacheDirectory = Elsewhere });
        Task<LocalModel> Get() => session.GetAsync("llm", Selector.Parse("latest"), trust: policy);

        if (mode == "require")
        {
            Assert.Equal("MR0804", (await Assert.ThrowsAsync<ModelRegistryException>(Get)).Code);
            Assert.Empty(_server.Requests);
        }
        else
        {
            await Get();
            Assert.Contains(_work.Log.Warnings, warning => warning.Code == "MR0804");
        }

        using (var signer = ModelSigner.FromKey(_work.File_("vision.pem", key.ExportPkcs8PrivateKeyPem()))) session.Registry.Sign(ModelId.Parse("llm/1.0.0"), signer);
        Assert.Equal(Weights, File.ReadAllText((await Get()).WeightsPath));
    }

    private string LockPath => Path.Combine(_work.Root, "models.lock.json");

    private string Elsewhere => Path.Combine(_work.Root, ".cache", "elsewhere");

    private string Pin() => OnDemandModel.Write(Resolve(onDemand: true).References[0]);

    private OnDemandModel App(bool offline = false) => OnDemandModel.Parse("llm", Pin(), _work.Options with { CacheDirectory = Elsewhere, Offline = offline });

    private LockedResult Resolve(bool onDemand, bool locked = false, bool force = false) => new LockedResolver(new LockedResolverOptions
    {
        LockFile = LockPath,
        Address = _work.Root,
        LockedMode = locked,
        ForceEvaluate = force,
        Registry = _work.Options,
    }).Resolve([new ModelRequest(ModelName.Parse("llm"), Selector.Parse("latest")) { OnDemand = onDemand }]);

    private void WriteStores(string stores) => File.WriteAllText(Path.Combine(_work.RegistryRoot, "registry.json"), $$"""{ "schemaVersion": 1, "stores": [ {{stores}} ] }""");

    private static ServedAnswer Answer(ServedRequest request, byte[] blob)
    {
        var from = request.Header("Range") is { } range ? int.Parse(range["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture) : 0;
        return from == 0 ? new ServedAnswer(200, blob) : new ServedAnswer(206, blob[from..], ("Content-Range", $"bytes {from}-{blob.Length - 1}/{blob.Length}"));
    }

    private sealed class Heard(List<TransferProgress> list) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            lock (list) list.Add(value);
        }
    }
}
