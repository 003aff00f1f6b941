using System.Security.Cryptography;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Http;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>Servers that cut, lie, refuse, send elsewhere or are busy; what arrives in the cache is right or nothing.</summary>
public sealed class FaultTests : IDisposable
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(300_000);

    private readonly Scratch _scratch = new();
    private readonly Artifact _artifact;

    public FaultTests() => _artifact = _scratch.Artifact(Content, out _);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(299_999)]
    public async Task Fetch_ConnectionCut_GoesOnFromThere(int cut)
    {
        var cuts = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request) is var answer && cuts++ == 0 ? answer with { Cut = cut } : answer);

        Assert.Equal(Content, await FetchAsync(server));
        Assert.Equal(cut == 0 ? null : $"bytes={cut}-", server.Requests.Last().Header("Range"));
    }

    [Fact]
    public async Task Fetch_ServerWithoutRanges_IsReadFromTheStart()
    {
        var cuts = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" || cuts++ > 0 ? Whole() : Whole() with { Cut = 1000 });

        Assert.Equal(Content, await FetchAsync(server));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Fetch_BusyServer_IsAskedAgainWhenItSays(int status)
    {
        var asked = 0;
        using var server = new LoopbackServer(request => asked++ is 0 or 2 ? ServedAnswer.Empty(status, ("Retry-After", "0")) : request.Method == "HEAD" ? Whole() : Serve(request));

        Assert.Equal(Content, await FetchAsync(server));
    }

    [Fact]
    public async Task Fetch_ServerThatStaysBusy_IsGivenUp()
    {
        using var server = new LoopbackServer(_ => ServedAnswer.Empty(503, ("Retry-After", "0")));

        await RefusedAsync("MR0314", server);
        Assert.Equal(5, server.Requests.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Fetch_CredentialRefused_IsFinalAndSaysWhichOne(int status)
    {
        using var server = new LoopbackServer(_ => ServedAnswer.Empty(status));

        var failure = await RefusedAsync("MR0316", server, new StoreSettings { Name = "s", Url = server.Address, Query = "sig=SECRET" });

        Assert.Single(server.Requests);
        Assert.Contains("the query of registry.json", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", failure.ToLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_OtherLength_IsRefusedBeforeTheFirstByte()
    {
        using var server = new LoopbackServer(_ => new ServedAnswer(200, Content[..^1]));

        await RefusedAsync("MR0315", server);
        Assert.Equal("HEAD", Assert.Single(server.Requests).Method);
    }

    [Fact]
    public async Task Fetch_FlippedBit_IsRefusedAndNothingIsKept()
    {
        var altered = Content.ToArray();
        altered[12345] ^= 4;
        using var server = new LoopbackServer(_ => new ServedAnswer(200, altered));

        await RefusedAsync("MR0302", server);
        Assert.DoesNotContain(Directory.EnumerateFiles(_scratch.Root, "*", SearchOption.AllDirectories), path => path.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fetch_OtherRangeThanAskedFor_IsRefused()
    {
        var cuts = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole()
            : cuts++ == 0 ? Whole() with { Cut = 1000 } : new ServedAnswer(206, Content[5000..], ("Content-Range", $"bytes 5000-{Content.Length - 1}/{Content.Length}")));

        await RefusedAsync("MR0315", server);
    }

    [Fact]
    public async Task Redirect_ToAnotherHost_IsFollowedWithoutWhatAuthorises()
    {
        using var other = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));
        using var server = new LoopbackServer(request => ServedAnswer.Empty(307, ("Location", other.Address + request.Target)));

        Assert.Equal(Content, await FetchAsync(server, new StoreSettings { Name = "s", Url = server.Address, Headers = Manifest.NoTags.Add("Authorization", "Bearer SECRET") }));
        Assert.All(server.Requests, request => Assert.Equal("Bearer SECRET", request.Header("Authorization")));
        Assert.All(other.Requests, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public async Task Redirect_InACircle_IsGivenUp()
    {
        using var server = new LoopbackServer(request => ServedAnswer.Empty(302, ("Location", request.Target)));

        await RefusedAsync("MR0325", server);
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task PlainHttp_ToAnotherMachine_IsRefusedUnlessMarked()
    {
        var store = new HttpStore(new StoreSettings { Name = "s", Url = "http://192.0.2.1/models" }, new RegistryOptions());

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(async () => await store.FindAsync(_artifact, default));

        Assert.Equal("MR0324", failure.Code);
    }

    [Fact]
    public void Query_OfAVariableThatWasNotMeantForStores_IsRefused()
    {
        var failure = Assert.Throws<ModelRegistryException>(() => new HttpStore(new StoreSettings { Name = "s", Url = "https://example.org", Query = "$AWS_SECRET_ACCESS_KEY" }, new RegistryOptions { Variable = _ => "secret" }));

        Assert.Equal("MR0324", failure.Code);
    }

    [Fact]
    public async Task CredentialHelper_ThatTheUserDidNotAllow_IsNotRun()
    {
        var marker = Path.Combine(_scratch.Root, "ran");
        var helper = Path.Combine(_scratch.Root, "helper");
        File.WriteAllText(helper, $"#!/bin/sh\ntouch '{marker}'\necho '{{\"headers\":{{\"X-Token\":[\"t1\"]}}}}'\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));
        var settings = new StoreSettings { Name = "s", Url = server.Address, CredentialHelper = helper };

        await RefusedAsync("MR0318", server, settings);
        Assert.False(File.Exists(marker));
        Assert.Equal(Content, await FetchAsync(server, settings, name => name == "MODELREG_CREDENTIAL_HELPERS" ? helper : null));

        Assert.All(server.Requests, request => Assert.Equal("t1", request.Header("X-Token")));
    }

    [Fact]
    public async Task Fetch_TwoAtOnce_AskForTheBytesOnce()
    {
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));

        var paths = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => FetchAsync(server))));

        Assert.All(paths, content => Assert.Equal(Content, content));
        Assert.Single(server.Requests, request => request.Method == "GET");
    }

    public void Dispose() => _scratch.Dispose();

    private static ServedAnswer Whole() => new(200, Content);

    private static ServedAnswer Serve(ServedRequest request)
    {
        if (request.Header("Range") is not { } range) return Whole();
        var from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        return new ServedAnswer(206, Content[from..], ("Content-Range", $"bytes {from}-{Content.Length - 1}/{Content.Length}"));
    }

    private async Task<byte[]> FetchAsync(LoopbackServer server, StoreSettings? settings = null, Func<string, string?>? variable = null)
    {
        var options = new RegistryOptions { Variable = variable ?? (_ => null) };
        var store = new HttpStore(settings ?? new StoreSettings { Name = "s", Url = server.Address }, options);
        var path = await new ArtifactFetch(new FolderStore("cache", Path.Combine(_scratch.Root, "cache")), options).FetchAsync(store, _artifact, "m.bin", default);
        return await File.ReadAllBytesAsync(path!);
    }

    private async Task<ModelRegistryException> RefusedAsync(string code, LoopbackServer server, StoreSettings? settings = null)
    {
        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => FetchAsync(server, settings));
        Assert.True(failure.Code == code, $"expected {code}: {failure.ToLine()}");
        return failure;
    }
}
