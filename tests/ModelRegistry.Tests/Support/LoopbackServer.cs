using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ModelRegistry.Tests.Support;

/// <summary>A request as a server of a test sees it.</summary>
internal sealed record ServedRequest(string Method, string Target, Dictionary<string, string> Headers, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>What it answers. Less is sent than is declared where <see cref="Cut"/> says after how many bytes the connection breaks.</summary>
internal sealed record ServedAnswer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public int? Cut { get; init; }

    public long? Length { get; init; }

    /// <summary>Whether the server keeps the connection and says nothing more, instead of breaking it.</summary>
    public bool Silent { get; init; }

    public static ServedAnswer Empty(int status, params (string Name, string Value)[] headers) => new(status, [], headers);
}

/// <summary>A real server on loopback that behaves as a test says, byte for byte: what no well-behaved server would do can be served.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ServedRequest, ServedAnswer> _answer;

    public LoopbackServer(Func<ServedRequest, ServedAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"{(Certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>What it shows as a server of https; null for http.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether a client that waits for leave to send its body gets the answer instead.</summary>
    public bool AnswersBeforeTheBody { get; init; }

    /// <summary>After how many bytes of a request's body the connection breaks; null where it does not.</summary>
    public Func<ServedRequest, int?>? BreaksInTheBody { get; init; }

    public ConcurrentQueue<ServedRequest> Requests { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = await SecureAsync(client.GetStream());
                while (await ReadAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    if (!await WriteAsync(stream, request, _answer(request))) return;
                }
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or AuthenticationException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task<Stream> SecureAsync(Stream plain)
    {
        if (Certificate is null) return plain;
        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(Certificate);
        return secure;
    }

    private async Task<ServedRequest?> ReadAsync(Stream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one) == 0) return null;
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = lines[1..].Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var request = new ServedRequest(first[0], first[1], headers, []);
        if (headers.ContainsKey("Expect") && AnswersBeforeTheBody) return request;
        if (headers.ContainsKey("Expect")) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        if (BreaksInTheBody?.Invoke(request) is { } most)
        {
            await stream.ReadExactlyAsync(body.AsMemory(0, most));
            return null;
        }

        await stream.ReadExactlyAsync(body);
        return request with { Body = body };
    }

    private async Task<bool> WriteAsync(Stream stream, ServedRequest request, ServedAnswer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} X\r\n");
        foreach (var (name, value) in answer.Headers) head.Append($"{name}: {value}\r\n");
        head.Append($"Content-Length: {answer.Length ?? answer.Body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()));
        if (request.Method == "HEAD") return true;
        await stream.WriteAsync(answer.Body.AsMemory(0, answer.Cut ?? answer.Body.Length));
        if (answer.Silent) await Task.Delay(Timeout.Infinite, _stop.Token);
        return answer.Cut is null && answer.Length is null && !(AnswersBeforeTheBody && request.Headers.ContainsKey("Expect"));
    }
}
