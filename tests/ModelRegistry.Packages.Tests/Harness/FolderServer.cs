using System.Net;
using System.Net.Sockets;

namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>A static web server on loopback over a folder: what serves a store that was copied to it.</summary>
internal sealed class FolderServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private int _sent;

    public FolderServer(string folder)
    {
        _folder = folder;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>How many files were sent.</summary>
    public int Sent => _sent;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true) Answer(await _listener.GetContextAsync());
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var response = context.Response;
        var file = Path.Combine(_folder, context.Request.Url!.AbsolutePath.TrimStart('/'));
        if (!File.Exists(file))
        {
            response.StatusCode = 404;
            return;
        }

        var content = File.ReadAllBytes(file);
        response.ContentLength64 = content.Length;
        if (context.Request.HttpMethod == "HEAD") return;
        Interlocked.Increment(ref _sent);
        response.OutputStream.Write(content);
    }
}
