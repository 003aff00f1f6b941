using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cake.ModelRegistry.Tests.Support;

/// <summary>A server on loopback that hands out one file and can hang up half-way.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _content;
    private readonly Task _loop;

    public FileServer(byte[] content)
    {
        _content = content;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/model-abc.pth");
        _loop = Task.Run(Serve);
    }

    public Uri Url { get; }

    /// <summary>After how many bytes of an answer to hang up; null to send all.</summary>
    public int? HangUpAfter { get; set; }

    /// <summary>Whether ranges are honoured.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>The range of each request; empty for none.</summary>
    public List<string> Requests { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _loop.Wait();
    }

    private async Task Serve()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await Answer(client.GetStream());
            }
            catch (Exception failure) when (failure is SocketException or InvalidOperationException)
            {
                // The listener was stopped, while it waited or just before.
                return;
            }
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var range = "";
        for (string? line; (line = await reader.ReadLineAsync()) is { Length: > 0 };)
        {
            if (line.StartsWith("Range: ", StringComparison.Ordinal)) range = line[7..];
        }

        Requests.Add(range);
        var from = Ranges && range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        var head = from >= _content.Length ? "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n"
            : from > 0 ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{_content.Length - 1}/{_content.Length}\r\nContent-Length: {_content.Length - from}\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: {_content.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "Connection: close\r\n\r\n"));
        if (from < _content.Length) await stream.WriteAsync(_content.AsMemory(from, Math.Min(HangUpAfter ?? int.MaxValue, _content.Length - from)));
    }
}
