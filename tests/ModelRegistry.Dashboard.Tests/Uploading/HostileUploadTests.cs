using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Uploading;

public sealed class HostileUploadTests : IAsyncLifetime, IDisposable
{
    private readonly TestRegistry _registry = new();
    private RunningDashboard _dashboard = null!;
    private UploadClient _uploads = null!;
    private string _before = "";

    public async Task InitializeAsync()
    {
        _registry.Register("digits", 0.9);
        _before = _registry.Git("rev-parse", "HEAD");
        _dashboard = await RunningDashboard.Start(_registry, new DashboardOptions { MaxUpload = 400 << 20, PatienceWithSenders = TimeSpan.FromSeconds(2) });
        _uploads = new UploadClient(_dashboard.Client);
    }

    public async Task DisposeAsync()
    {
        // Whatever was sent: the registry is as it was, and with the drafts go their files.
        Assert.Equal(_before, _registry.Git("rev-parse", "HEAD"));
        Assert.Equal("", _registry.Git("status", "--porcelain", "registry"));
        await _dashboard.DisposeAsync();
        await _dashboard.Services.DisposeAsync();
        Assert.DoesNotContain(Directory.EnumerateFiles(_registry.Folder, "*", SearchOption.AllDirectories), f => Path.GetRelativePath(_registry.Folder, f).Contains($"tmp{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && Path.GetFileName(f) != "lock");
    }

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task More_ThanWasAnnounced_WithoutALength_IsRefused()
    {
        var upload = await _uploads.Begin(await _uploads.Draft(), "a.safetensors", 1000);

        using var answer = await _uploads.Part(upload, 0, new Unmeasured(new byte[3 << 20]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("MR0917", UploadClient.Code(await answer.Content.ReadFromJsonAsync<JsonElement>()));
        Assert.Equal(0, await _uploads.Offset(upload));
    }

    [Fact]
    public async Task Form_LargerThanTheLimit_WithoutALength_IsRefused()
    {
        await using var small = await RunningDashboard.Start(_registry, new DashboardOptions { MaxUpload = 1000 });
        using var form = new MultipartFormDataContent { { new StringContent(small.Services.FormToken.Value), "form" }, { new StringContent("digits"), "name" } };
        form.Add(new Unmeasured(new byte[4 << 20]), "files", "weights.pth");

        var answer = await SentWithoutALength(small.Address, "/drafts", form);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("MR0915", answer, StringComparison.Ordinal);
        await small.Services.DisposeAsync();
    }

    [Fact]
    public async Task Connection_ThatBreaks_KeepsWhatArrived_AndTheRestFollows()
    {
        var bytes = TestRegistry.Safetensors(("fc.weight", [64, 64]));
        var upload = await _uploads.Begin(await _uploads.Draft(), "weights.safetensors", bytes.Length);
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(_dashboard.Address.Host, _dashboard.Address.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"PATCH /api/v1/uploads/{upload} HTTP/1.1\r\nHost: {_dashboard.Address.Authority}\r\nUpload-Offset: 0\r\nContent-Length: {bytes.Length}\r\n\r\n"));
            await stream.WriteAsync(bytes.AsMemory(0, 5000));
            await Until(async () => await _uploads.Offset(upload) == 5000);
            client.Client.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        // The part that was cut off is still being given up for a moment.
        HttpResponseMessage? rest = null;
        await Until(async () => (rest = await _uploads.Part(upload, 5000, bytes[5000..])).StatusCode != HttpStatusCode.TooManyRequests);
        var file = await rest!.Content.ReadFromJsonAsync<JsonElement>();

        Assert.True(file.GetProperty("complete").GetBoolean());
        Assert.Equal(Digest.Of(bytes).Value, file.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task DangerousPickle_CannotBeRegistered_ByApiOrForm()
    {
        byte[] pickle = [0x80, 2, .. "cos\nsystem\nX"u8, 2, 0, 0, 0, .. "id"u8, 0x85, (byte)'R', (byte)'.'];
        var draft = await _uploads.Draft();

        var file = await _uploads.Whole(draft, "weights.pth", pickle);
        var registered = await _uploads.Register(draft);
        using var form = await _dashboard.Post($"/drafts/{draft}", ("name", "digits"), ("do", "register"), ("bump", "auto"));
        var page = await form.Content.ReadAsStringAsync();

        Assert.Equal("dangerous", file.GetProperty("scan").GetString());
        Assert.Equal("MR0917", UploadClient.Code(registered));
        Assert.Equal(HttpStatusCode.BadRequest, form.StatusCode);
        Assert.Contains("this one is dangerous", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_OfManyZeros_IsNotUnpackedAndNotRegistered()
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in new[] { "model/data.pkl", "model/data/0" })
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                var zeros = new byte[1 << 20];
                for (var i = 0; i < 100; i++) entry.Write(zeros);
            }
        }

        var draft = await _uploads.Draft();
        var file = await _uploads.Whole(draft, "weights.pth", archive.ToArray());

        Assert.InRange(archive.Length, 1, 4 << 20);
        Assert.Equal("invalid", file.GetProperty("scan").GetString());
        Assert.Equal("MR0917", UploadClient.Code(await _uploads.Register(draft)));
    }

    [Fact]
    public async Task Image_LargerThanTheLimit_IsRefused()
    {
        using var content = new ByteArrayContent(new byte[20_000_001]);
        using var measured = await _dashboard.Client.PostAsync(new Uri("/api/v1/models/digits/versions/1.0.0/predict", UriKind.Relative), content);
        using var unmeasured = await _dashboard.Client.PostAsync(new Uri("/api/v1/models/digits/versions/1.0.0/predict", UriKind.Relative), new Unmeasured(new byte[20_000_001]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, measured.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, unmeasured.StatusCode);
    }

    [Fact]
    public async Task Disk_ThatCannotHoldIt_IsToldBeforeTheFirstByte()
    {
        await using var large = await RunningDashboard.Start(_registry, new DashboardOptions { MaxUpload = 1L << 60 });
        var uploads = new UploadClient(large.Client);
        var draft = await uploads.Draft();
        using var answer = await large.Client.PostAsJsonAsync(new Uri("/api/v1/uploads", UriKind.Relative), new { draft, name = "a.pth", size = 1L << 58 });

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
        Assert.Equal("MR0310", UploadClient.Code(await answer.Content.ReadFromJsonAsync<JsonElement>()));
        await large.Services.DisposeAsync();
    }

    [Fact]
    public async Task Disk_ThatFillsUpInTheMiddle_IsTold_AndThePartCanBeSentAgain()
    {
        if (OperatingSystem.IsWindows()) return;
        var bytes = TestRegistry.Safetensors(("fc.weight", [8, 8]));
        var upload = await _uploads.Begin(await _uploads.Draft(), "weights.safetensors", bytes.Length);
        // The device that is always full stands where the file would be.
        var location = _dashboard.Services.Uploads.Find(upload).Location;
        File.Delete(location);
        File.CreateSymbolicLink(location, "/dev/full");

        using var full = await _uploads.Part(upload, 0, bytes);
        File.Delete(location);
        await File.WriteAllBytesAsync(location, []);
        using var again = await _uploads.Part(upload, 0, bytes);

        Assert.Equal(HttpStatusCode.InsufficientStorage, full.StatusCode);
        Assert.Equal("MR0310", UploadClient.Code(await full.Content.ReadFromJsonAsync<JsonElement>()));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task TenAtOnce_AreTakenTwoAtATime_AndAllArrive()
    {
        var draft = await _uploads.Draft();

        var digests = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            var bytes = TestRegistry.Safetensors(("fc.weight", [256, 1024 + i]));
            var upload = await _uploads.Begin(draft, $"part{i}.safetensors", bytes.Length);
            HttpResponseMessage? answer = null;
            await Until(async () => (answer = await _uploads.Part(upload, 0, bytes)).StatusCode != HttpStatusCode.TooManyRequests);
            return (Digest.Of(bytes).Value, (await answer!.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("digest").GetString());
        }));

        Assert.All(digests, d => Assert.Equal(d.Value, d.Item2));
    }

    [Fact]
    public async Task SlowSender_IsGivenUp()
    {
        var upload = await _uploads.Begin(await _uploads.Draft(), "weights.safetensors", 100_000);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_dashboard.Address.Host, _dashboard.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"PATCH /api/v1/uploads/{upload} HTTP/1.1\r\nHost: {_dashboard.Address.Authority}\r\nUpload-Offset: 0\r\nContent-Length: 100000\r\n\r\n0123456789"));

        // Nothing more is sent; the server ends it by itself, whenever that is.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(limit.Token);

        Assert.Matches("^HTTP/1.1 408 ", answer);
        Assert.Equal(10, await _uploads.Offset(upload));
    }

    private static async Task Until(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await happened()) await Task.Delay(20, limit.Token);
    }

    // The server closes the connection as soon as it has heard enough: what it said before is there all the same, but HttpClient only tells
    // that it could not go on sending.
    private static async Task<string> SentWithoutALength(Uri server, string path, HttpContent content)
    {
        var body = await content.ReadAsByteArrayAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        var stream = client.GetStream();
        using var answer = new MemoryStream();
        var heard = stream.CopyToAsync(answer);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: {content.Headers.ContentType}\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n"));
            await stream.WriteAsync(body);
            await stream.WriteAsync("\r\n0\r\n\r\n"u8.ToArray());
        }
        catch (IOException)
        {
            // Refused before the end; the answer tells why.
        }

        try
        {
            await heard;
        }
        catch (IOException)
        {
            // What was not read of the body resets the connection behind the answer.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>A body whose length is not told: it goes in chunks.</summary>
    private sealed class Unmeasured(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
