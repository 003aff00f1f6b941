using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Hub;

/// <summary>Files that the kernel sends in several pieces.</summary>
public sealed class LongFileTests : IAsyncLifetime, IDisposable
{
    private const int Piece = 1 << 20;
    private readonly TestRegistry _registry = new();
    private readonly byte[] _content = new byte[(24 * Piece) + 5];
    private readonly Uri _address = new("/team/digits/resolve/main/long.bin", UriKind.Relative);
    private RunningDashboard _dashboard = null!;

    public async Task InitializeAsync()
    {
        new Random(11).NextBytes(_content);
        var path = Path.Combine(_registry.Folder, "long.bin");
        await File.WriteAllBytesAsync(path, _content);
        _registry.Register("digits", 0.9, change: request => request with { Files = [.. request.Files, new FileToRegister(path)] });
        _dashboard = await RunningDashboard.Start(_registry, new DashboardOptions { ReadOnly = true, HubNamespace = "team" });
    }

    public async Task DisposeAsync() => await _dashboard.DisposeAsync();

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task AFileAndItsRanges_AreTheirBytes_AndTheConnectionGoesOn()
    {
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancellation) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = _dashboard.Address };

        Assert.Equal(_content, await client.GetByteArrayAsync(_address));
        foreach (var (from, to) in new (long?, long?)[] { (Piece - 1, Piece), (Piece, (3 * Piece) - 1), (5, null), (null, 7), (0, 0) })
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, _address) { Headers = { Range = new RangeHeaderValue(from, to) } };
            using var range = await client.SendAsync(asked);
            var (begin, end) = from is { } first ? ((int)first, (int)(to + 1 ?? _content.Length)) : (_content.Length - (int)to!, _content.Length);
            Assert.Equal(new ContentRangeHeaderValue(begin, end - 1, _content.Length), range.Content.Headers.ContentRange);
            Assert.Equal(_content[begin..end], await range.Content.ReadAsByteArrayAsync());
        }

        var tag = new EntityTagHeaderValue($"\"{Digest.Of(_content).Hex}\"");
        Assert.Equal((HttpStatusCode.NotModified, 0), await Ask(client, headers => headers.IfNoneMatch.Add(tag)));
        Assert.Equal((HttpStatusCode.PreconditionFailed, 0), await Ask(client, headers => headers.IfMatch.Add(new EntityTagHeaderValue("\"other\""))));
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, 0), await Ask(client, headers => headers.Range = new RangeHeaderValue(_content.Length, null)));
        Assert.Equal((HttpStatusCode.PartialContent, 2), await Ask(client, headers => (headers.Range, headers.IfRange) = (new RangeHeaderValue(1, 2), new RangeConditionHeaderValue(tag))));
        Assert.Equal((HttpStatusCode.OK, _content.Length), await Ask(client, headers => (headers.Range, headers.IfRange) = (new RangeHeaderValue(1, 2), new RangeConditionHeaderValue("\"other\""))));
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task AClientThatLeaves_LeavesNothingOpen()
    {
        var blob = _registry.Open().Get(ModelId.Parse("digits/1.0.0")).Files.Single(file => file.Path.Value == "long.bin").Digest.Hex;
        using (var answer = await _dashboard.Client.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead))
        {
            var begin = new byte[Piece];
            await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(begin);
            Assert.Equal(_content[..Piece], begin);
            Assert.Equal(OperatingSystem.IsLinux(), IsOpen(blob));
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (IsOpen(blob)) await Task.Delay(20, deadline.Token);
        Assert.Equal(_content, await _dashboard.Client.GetByteArrayAsync(_address));
    }

    [Theory]
    [InlineData(240, true)]
    [InlineData(1 << 30, false)]
    public async Task AClientThatPauses_IsServedAsLongAsItsRateAllows(double least, bool isServed)
    {
        await using var dashboard = await RunningDashboard.Start(
            _registry, new DashboardOptions { ReadOnly = true, HubNamespace = "team" },
            configure: services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = new MinDataRate(least, TimeSpan.FromSeconds(1.01))));
        using var answer = await dashboard.Client.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var content = new byte[_content.Length];
        await body.ReadExactlyAsync(content.AsMemory(0, 1));
        await Task.Delay(TimeSpan.FromSeconds(2.6));

        var read = async () => await body.ReadExactlyAsync(content.AsMemory(1));
        if (isServed) await read();
        else await Assert.ThrowsAnyAsync<IOException>(read);

        Assert.Equal(isServed, content.AsSpan().SequenceEqual(_content));
    }

    private async Task<(HttpStatusCode Status, int Length)> Ask(HttpClient client, Action<HttpRequestHeaders> change)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, _address);
        change(asked.Headers);
        using var answer = await client.SendAsync(asked);
        return (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    private static bool IsOpen(string blob) =>
        OperatingSystem.IsLinux() && new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Any(descriptor => descriptor.LinkTarget?.Contains(blob, StringComparison.Ordinal) == true);
}
