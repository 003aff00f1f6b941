using System.Net.Sockets;
using System.Text;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class HostTests(HostTests.Empty served, HostTests.WithAnotherHost allowing) : IClassFixture<HostTests.Empty>, IClassFixture<HostTests.WithAnotherHost>
{
    public static IEnumerable<object[]> Refused =>
    [
        ["Host: evil.example:{port}"], ["Host: evil.example"], ["Host: localhost"], ["Host: localhost:1"], ["Host: 127.0.0.1"], ["Host: 127.0.0.1.evil.example:{port}"],
        ["Host: localhost.evil.example:{port}"], ["Host: evil.example@localhost:{port}"], ["Host: LOCALHOST.:{port}"], ["Host: 127.1:{port}"], ["Host: 0.0.0.0:{port}"],
        ["Host: [::ffff:127.0.0.1]:{port}"], ["Host: localhost:{port}:{port}"], ["Host: "], ["Host: 2130706433:{port}"], ["Host: *:{port}"], ["Host: localhost,evil.example:{port}"],
        ["X-Forwarded-Host: localhost:{port}\r\nHost: evil.example:{port}"],
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Host_ThatIsNotOurs_IsNotServed(string header)
    {
        var address = served.Dashboard.Address;

        var answer = await Raw(address, $"GET / HTTP/1.1\r\n{header.Replace("{port}", $"{address.Port}", StringComparison.Ordinal)}\r\nConnection: close\r\n\r\n");

        // Kestrel itself refuses what is no host at all.
        Assert.Matches("^HTTP/1.1 (421|400) ", answer);
        Assert.DoesNotContain("<html", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("models.example")]
    public async Task Host_ThatIsAllowed_IsServed(string host)
    {
        var address = allowing.Dashboard.Address;

        var answer = await Raw(address, $"GET / HTTP/1.1\r\nHost: {host}:{address.Port}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_Refused_NamesTheOption()
    {
        var answer = await Raw(served.Dashboard.Address, $"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        Assert.Contains("--allow-host", answer, StringComparison.Ordinal);
    }

    private static async Task<string> Raw(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    public sealed class Empty() : ReadOnlyDashboard;

    public sealed class WithAnotherHost() : ReadOnlyDashboard(options: new DashboardOptions { AllowedHosts = ["models.example"] });
}
