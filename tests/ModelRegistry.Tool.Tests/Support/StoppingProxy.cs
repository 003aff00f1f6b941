using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModelRegistry.Tool.Tests.Support;

/// <summary>A request that went through, by its head.</summary>
internal sealed record PassedRequest(string Method, string Target, string? ContentRange);

/// <summary>
/// Stands between a command and a server and stops at a place that a test names: from there on nothing passes, and the test kills the
/// command. So it dies after exactly these bytes, however fast the machine is.
/// </summary>
internal sealed class StoppingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _open = [];
    private readonly int _target;
    private TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoppingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<PassedRequest> Requests { get; private set; } = new();

    /// <summary>Whether to stop before these bytes: the request that they belong to, and how many of it have passed.</summary>
    public Func<PassedRequest, long, bool> StopBefore { get; set; } = (_, _) => false;

    /// <summary>Told of each answer by the first line.</summary>
    public Action<string> Answered { get; set; } = _ => { };

    /// <summary>Waits until the place was reached.</summary>
    public void WaitForStop() => Assert.True(_stopped.Task.Wait(TimeSpan.FromMinutes(4)), "the command never came to the place where it was to be killed");

    /// <summary>Breaks every connection and lets everything pass from now on.</summary>
    public void Resume()
    {
        StopBefore = (_, _) => false;
        Requests = new();
        while (_open.TryTake(out var connection)) connection.Dispose();
        _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Dispose()
    {
        _listener.Stop();
        while (_open.TryTake(out var connection)) connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target);
                _open.Add(client);
                _open.Add(server);
                _ = Task.Run(() => PassAsync(client.GetStream(), server.GetStream(), isRequest: true));
                _ = Task.Run(() => PassAsync(server.GetStream(), client.GetStream(), isRequest: false));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isRequest)
    {
        var stopped = _stopped;
        var buffer = new byte[64 << 10];
        PassedRequest? current = null;
        var passed = 0L;
        try
        {
            while (await from.ReadAsync(buffer) is var read and > 0)
            {
                if (!isRequest)
                {
                    if (buffer.AsSpan(0, read).StartsWith("HTTP/1.1 "u8)) Answered(Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 12)));
                }
                else if (Head(buffer.AsSpan(0, read)) is { } head)
                {
                    (current, passed) = (head, 0);
                    Requests.Enqueue(head);
                }

                if (isRequest && current is not null && StopBefore(current, passed)) stopped.TrySetResult();
                if (stopped.Task.IsCompleted) return;
                await to.WriteAsync(buffer.AsMemory(0, read));
                passed += read;
            }

            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two went away.
        }
    }

    // A client waits for the answer to one request before it sends the next on the same connection, so a head begins what is read at once.
    private static PassedRequest? Head(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0 || !(bytes.StartsWith("GET /"u8) || bytes.StartsWith("HEAD /"u8) || bytes.StartsWith("POST /"u8) || bytes.StartsWith("PATCH /"u8) || bytes.StartsWith("PUT /"u8))) return null;
        var lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        var first = lines[0].Split(' ');
        return new PassedRequest(first[0], first[1], lines.FirstOrDefault(line => line.StartsWith("Content-Range: ", StringComparison.OrdinalIgnoreCase))?["Content-Range: ".Length..]);
    }
}
