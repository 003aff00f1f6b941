using System.Net.Sockets;
using System.Text;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>Requests as bytes on a socket, so that no client puts them in order first.</summary>
internal static class RawRequest
{
    /// <summary>Sends a request and reads the answer to its end.</summary>
    public static async Task<string> Send(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    public static Task<string> Get(Uri address, string target, string headers = "") =>
        Send(address, $"GET {target} HTTP/1.1\r\nHost: {address.Authority}\r\n{headers}Connection: close\r\n\r\n");

    public static int Status(string answer) => answer.Split(' ', 3) is [_, var status, ..] && int.TryParse(status, out var number) ? number : 0;
}
