using System.Security.Cryptography;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
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
    public async Task Fetch_ConnectionThatIsCutAgainAndAgainAndBringsSomethingEachTime_Arrives()
    {
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request) is var answer && answer.Body.Length > 30_000 ? answer with { Cut = 30_000 } : answer);

        Assert.Equal(Content, await FetchAsync(server, clock: new FastClock()));
        Assert.Equal(10, server.Requests.Count(request => request.Method == "GET"));
    }

    [Fact]
    public async Task Fetch_ServerWithoutRanges_IsReadFromTheStart()
    {
        var cuts = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" || cuts++ > 0 ? Whole() : Whole() with { Cut = 1000 });

        Assert.Equal(Content, await FetchAsync(server));
    }

    [Theory]
    [InlineData("ETag", "\"one\"", "\"two\"", "\"one\"")]
    [InlineData("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT", "Mon, 02 Nov 2026 11:00:00 GMT", "Mon, 02 Nov 2026 10:00:00 GMT")]
    public async Task Fetch_FileThatChangedAfterTheConnectionBroke_IsTakenFromTheStart(string header, string before, string after, string asked)
    {
        // First other content of the same length under the first name, cut; then the right one, from the start since its name is another.
        var gets = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole()
            : gets++ == 0 ? new ServedAnswer(200, new byte[Content.Length], (header, before)) { Cut = 2000 }
            : request.Header("If-Range") == after ? Serve(request) with { Headers = [(header, after)] } : new ServedAnswer(200, Content, (header, after)));

        Assert.Equal(Content, await FetchAsync(server));
        Assert.Equal([(null, null), ("bytes=2000-", asked)], server.Requests.Where(r => r.Method == "GET").Select(r => (r.Header("Range"), r.Header("If-Range"))));
    }

    [Fact]
    public async Task Fetch_ServerThatSendsTheRestOfAChangedFile_IsAskedForAllOfIt()
    {
        var gets = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole()
            : gets++ == 0 ? new ServedAnswer(200, new byte[Content.Length], ("ETag", "\"one\"")) { Cut = 2000 }
            : Serve(request) is var answer ? answer with { Headers = [.. answer.Headers, ("ETag", "\"two\"")] } : answer);

        Assert.Equal(Content, await FetchAsync(server));
        Assert.Equal([null, "bytes=2000-", null], server.Requests.Where(r => r.Method == "GET").Select(r => r.Header("Range")));
    }

    [Fact]
    public async Task Fetch_PartOfAnEarlierProcess_IsGoneOnWithUnderItsName_AndAWeakNameIsNone()
    {
        var weak = false;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole()
            : Serve(request) is var answer ? answer with { Headers = [.. answer.Headers, ("ETag", weak ? "W/\"one\"" : "\"one\"")], Cut = request.Header("Range") is null ? 150_000 : null } : answer);
        foreach (var isWeak in new[] { false, true })
        {
            weak = isWeak;
            var cache = Path.Combine(_scratch.Root, isWeak ? "weak" : "strong");
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(server, cache: cache, progress: new StopAt(150_000, stop), cancellation: stop.Token));

            Assert.Equal(Content, await FetchAsync(server, cache: cache));

            Assert.Equal(("bytes=150000-", isWeak ? null : "\"one\""), (server.Requests.Last().Header("Range"), server.Requests.Last().Header("If-Range")));
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(cache, "tmp"), "*.version"));
        }
    }

    [Fact]
    public async Task Fetch_ServerThatCannotServeTheRange_IsReadFromTheStart()
    {
        var gets = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole()
            : request.Header("Range") is not null ? ServedAnswer.Empty(416, ("Content-Range", "bytes */300000"))
            : gets++ == 0 ? Whole() with { Cut = 1000 } : Whole());

        Assert.Equal(Content, await FetchAsync(server));
    }

    [Fact]
    public async Task Fetch_ServerThatFallsSilent_IsAskedForTheRest()
    {
        var gets = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : gets++ == 0 ? Whole() with { Cut = 200_000, Silent = true } : Serve(request));

        Assert.Equal(Content, await FetchAsync(server, clock: new FastClock()));
        Assert.Equal("bytes=200000-", server.Requests.Last().Header("Range"));
    }

    [Fact]
    public async Task Put_BodyThatTheServerWillNotTake_IsNotSent_AndTheAnswerArrives()
    {
        foreach (var (status, code) in new[] { (413, "MR0317"), (401, "MR0316"), (507, "MR0317") })
        {
            using var server = new LoopbackServer(request => ServedAnswer.Empty(request.Method == "HEAD" ? 404 : status)) { AnswersBeforeTheBody = true };
            var artifact = _scratch.Artifact(new byte[3 << 20], out var file);
            var store = new HttpStore(new StoreSettings { Name = "s", Url = server.Address }, new RegistryOptions());

            var failure = await Assert.ThrowsAsync<ModelRegistryException>(async () => await store.PutAsync(artifact, file, null, default));

            Assert.Equal(code, failure.Code);
            Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
            Assert.Empty(server.Requests.Last().Body);
        }
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(500)]
    public async Task Put_FolderThatIsNotThere_IsMadeOnceAndTheFileSentAgain(int status)
    {
        var folders = new HashSet<string> { "/" };
        using var server = new LoopbackServer(request => request.Method switch
        {
            "PUT" => ServedAnswer.Empty(folders.Contains(Above(request.Path)) ? 201 : status),
            "MKCOL" => ServedAnswer.Empty(!folders.Contains(Above(request.Path.TrimEnd('/'))) ? 409 : folders.Add(request.Path) ? 201 : 405),
            _ => ServedAnswer.Empty(404),
        });
        var artifact = _scratch.Artifact(Content, out var file);

        Assert.True(await new HttpStore(new StoreSettings { Name = "s", Url = server.Address + "/a/b" }, new RegistryOptions()).PutAsync(artifact, file, null, default));

        Assert.Equal(["/", "/a/", "/a/b/", "/a/b/blobs/", "/a/b/blobs/sha256/"], folders.Order(StringComparer.Ordinal));
        Assert.Equal(2, server.Requests.Count(request => request.Method == "PUT"));
        Assert.Equal(Content, server.Requests.Last().Body);
        static string Above(string path) => path[..(path.LastIndexOf('/') + 1)];
    }

    [Fact]
    public async Task Put_ServerThatMakesNoFolders_IsToldOfOnce()
    {
        using var server = new LoopbackServer(request => ServedAnswer.Empty(request.Method switch { "HEAD" => 404, "PUT" => 409, _ => 405 }));
        var artifact = _scratch.Artifact(Content, out var file);

        var failure = await Assert.ThrowsAsync<ModelRegistryException>(async () => await new HttpStore(new StoreSettings { Name = "s", Url = server.Address }, new RegistryOptions()).PutAsync(artifact, file, null, default));

        Assert.Equal(("MR0317", 2, 1), (failure.Code, server.Requests.Count(request => request.Method == "PUT"), server.Requests.Count(request => request.Method == "MKCOL")));
    }

    [Fact]
    public async Task Put_ConnectionCutInTheBody_IsSentAgain()
    {
        var puts = 0;
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? ServedAnswer.Empty(404) : ServedAnswer.Empty(201)) { BreaksInTheBody = request => request.Method == "PUT" && puts++ == 0 ? 1 << 20 : null };
        var content = RandomNumberGenerator.GetBytes(3 << 20);
        var artifact = _scratch.Artifact(content, out var file);

        Assert.True(await new HttpStore(new StoreSettings { Name = "s", Url = server.Address }, new RegistryOptions()).PutAsync(artifact, file, null, default));

        Assert.Equal(content, server.Requests.Last().Body);
        Assert.Equal(2, puts);
    }

    [Fact]
    public async Task Fetch_RetryAfterAsADate_IsWaitedFor()
    {
        var clock = new FastClock();
        var asked = 0;
        using var server = new LoopbackServer(request => asked++ == 0
            ? ServedAnswer.Empty(429, ("Retry-After", clock.GetUtcNow().AddSeconds(30).ToString("R", System.Globalization.CultureInfo.InvariantCulture)))
            : request.Method == "HEAD" ? Whole() : Serve(request));

        Assert.Equal(Content, await FetchAsync(server, clock: clock));
        Assert.Contains(clock.Waits, wait => wait.TotalSeconds is > 5 and <= 31);
    }

    [RootFact]
    public async Task Fetch_DiskFull_SaysSo_AndWhatArrivedIsGoneOnWith()
    {
        var disk = Directory.CreateDirectory(Path.Combine(_scratch.Root, "disk")).FullName;
        Peer.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk);
        try
        {
            using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));

            var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => FetchAsync(server, cache: Path.Combine(disk, "cache")));
            Assert.Equal("MR0310", failure.Code);
            Peer.Run("mount", "-o", "remount,size=4m", disk);

            Assert.Equal(Content, await FetchAsync(server, cache: Path.Combine(disk, "cache")));
        }
        finally
        {
            Peer.Run("umount", disk);
        }
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
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
        // Marked, it is asked, as far as somebody who does not wait for the answer can tell.
        var marked = new HttpStore(new StoreSettings { Name = "s", Url = "http://192.0.2.1/models", Insecure = true }, new RegistryOptions());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await marked.FindAsync(_artifact, new CancellationToken(canceled: true)));
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
        var helper = _scratch.Program("helper", $"#!/bin/sh\ntouch '{marker}'\necho '{{\"headers\":{{\"X-Token\":[\"t1\"]}}}}'\n");
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));
        var settings = new StoreSettings { Name = "s", Url = server.Address, CredentialHelper = helper };

        await RefusedAsync("MR0318", server, settings);
        Assert.False(File.Exists(marker));
        Assert.Equal(Content, await FetchAsync(server, settings, name => name == "MODELREG_CREDENTIAL_HELPERS" ? helper : null));

        Assert.All(server.Requests, request => Assert.Equal("t1", request.Header("X-Token")));
    }

    [Theory]
    [InlineData("2100-01-01T00:00:00Z", 1)]
    [InlineData("2000-01-01T00:00:00Z", 2)]
    public async Task CredentialHelper_IsAskedAgainWhenItsAnswerHasExpired_AndSeesNoQuery(string expires, int times)
    {
        var asked = Path.Combine(_scratch.Root, "asked");
        var helper = _scratch.Program("helper", $"#!/bin/sh\n{{ printf '%s ' \"$1\"; cat; echo; }} >>'{asked}'\necho '{{\"headers\":{{\"X-Token\":[\"t1\"]}},\"expires\":\"{expires}\"}}'\n");
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));

        await FetchAsync(server, new StoreSettings { Name = "s", Url = server.Address, CredentialHelper = helper, Query = "sig=SECRET" }, name => name == "MODELREG_CREDENTIAL_HELPERS" ? helper : null);

        var line = $$"""get {"uri":"{{server.Address}}/blobs/sha256/{{_artifact.Digest.Hex}}"}""";
        Assert.Equal(Enumerable.Repeat(line, times), File.ReadAllLines(asked));
    }

    [Fact]
    public async Task Fetch_WhileAnotherProcessFetches_SaysSo_AndTakesItsTurn()
    {
        using var server = new LoopbackServer(request => request.Method == "HEAD" ? Whole() : Serve(request));
        var cache = new FolderStore("cache", Path.Combine(_scratch.Root, "cache"));
        cache.Create();
        var log = new WaitingLog();
        Task<byte[]> fetching;
        using (FileLock.TryTake(Path.Combine(cache.Sessions, _artifact.Digest.Hex + ArtifactFetch.PartSuffix + ArtifactFetch.LockSuffix)))
        {
            fetching = Task.Run(() => FetchAsync(server, cache: cache.Root, log: log));
            Assert.Contains("m.bin", await log.Said.Task.WaitAsync(TimeSpan.FromMinutes(4)), StringComparison.Ordinal);
            Assert.DoesNotContain(server.Requests, request => request.Method == "GET");
        }

        Assert.Equal(Content, await fetching);
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

    private async Task<byte[]> FetchAsync(
        LoopbackServer server, StoreSettings? settings = null, Func<string, string?>? variable = null, string? cache = null,
        TimeProvider? clock = null, IProgress<TransferProgress>? progress = null, IRegistryLog? log = null, CancellationToken cancellation = default)
    {
        var options = new RegistryOptions { Variable = variable ?? (_ => null), Clock = clock ?? TimeProvider.System, Progress = progress, Log = log ?? SilentLog.Instance };
        var store = new HttpStore(settings ?? new StoreSettings { Name = "s", Url = server.Address }, options);
        var path = await new ArtifactFetch(new FolderStore("cache", cache ?? Path.Combine(_scratch.Root, "cache")), options).FetchAsync(store, _artifact, "m.bin", cancellation);
        return await File.ReadAllBytesAsync(path!, cancellation);
    }

    private async Task<ModelRegistryException> RefusedAsync(string code, LoopbackServer server, StoreSettings? settings = null)
    {
        var failure = await Assert.ThrowsAsync<ModelRegistryException>(() => FetchAsync(server, settings));
        Assert.True(failure.Code == code, $"expected {code}: {failure.ToLine()}");
        return failure;
    }

    private sealed class StopAt(long done, CancellationTokenSource stop) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.Done >= done) stop.Cancel();
        }
    }

    private sealed class WaitingLog : IRegistryLog
    {
        public TaskCompletionSource<string> Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Warn(Diagnostic diagnostic, string message)
        {
        }

        public void Detail(string message) => Said.TrySetResult(message);
    }

    /// <summary>A clock on which a minute of waiting is over after two seconds.</summary>
    private sealed class FastClock : TimeProvider
    {
        public System.Collections.Concurrent.ConcurrentBag<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 30 : dueTime, period);
        }
    }
}
