using System.Net.Sockets;
using System.Security.Cryptography;
using Cake.ModelRegistry.Tests.Support;

namespace Cake.ModelRegistry.Tests.Build;

public sealed class DownloadCacheTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("downloads").FullName, "pretrained models");
    private readonly byte[] _content = new byte[300_000];
    private readonly FileServer _server;
    private readonly DownloadCache _cache;

    public DownloadCacheTests()
    {
        new Random(7).NextBytes(_content);
        _server = new FileServer(_content);
        _cache = new DownloadCache(_folder, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
    }

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_content))[..8];

    [Fact]
    public void Get_SecondTime_AsksNobody()
    {
        var path = Get();
        Assert.Equal(path, Get());

        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public void Get_AfterATransferThatBrokeOff_GoesOnWhereItStopped()
    {
        _server.HangUpAfter = 100_000;
        Assert.ThrowsAny<IOException>(Get);
        Assert.False(File.Exists(Path.Combine(_folder, "model-abc.pth")));

        _server.HangUpAfter = null;
        var path = Get();

        Assert.Equal(["", "bytes=100000-"], _server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Get_ServerWithoutRanges_StartsAgain()
    {
        _server.HangUpAfter = 100_000;
        Assert.ThrowsAny<IOException>(Get);
        (_server.HangUpAfter, _server.Ranges) = (null, false);

        Assert.Equal(_content, File.ReadAllBytes(Get()));
    }

    [Fact]
    public void Get_PartOfAnotherFile_IsFetchedFromTheStart()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(Path.Combine(_folder, "model-abc.pth.part"), new byte[1000]);

        Assert.Equal(_content, File.ReadAllBytes(Get()));
        Assert.Equal(["bytes=1000-", ""], _server.Requests);
    }

    [Fact]
    public void Get_PartThatIsComplete_IsTaken()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(Path.Combine(_folder, "model-abc.pth.part"), _content);

        Assert.Equal(_content, File.ReadAllBytes(Get()));
        Assert.Equal(["bytes=300000-"], _server.Requests);
    }

    [Fact]
    public void Get_FileAlteredOnDisk_IsFetchedAgain()
    {
        File.WriteAllText(Get(), "altered");

        Assert.Equal(_content, File.ReadAllBytes(Get()));
    }

    [Fact]
    public void Get_WrongDigest_KeepsNothing()
    {
        var failure = Assert.Throws<InvalidDataException>(() => _cache.Get(_server.Url, "00000000", _ => { }));

        Assert.Contains("SHA-256 00000000", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Get_NobodyListens_FailsAtOnce()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));

        Assert.Throws<HttpRequestException>(() => _cache.Get(new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)closed.LocalEndPoint!).Port}/x.pth"), Sha256, _ => { }));
    }

    public void Dispose()
    {
        _cache.Dispose();
        _server.Dispose();
        Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
    }

    private string Get() => _cache.Get(_server.Url, Sha256, _ => { });
}
