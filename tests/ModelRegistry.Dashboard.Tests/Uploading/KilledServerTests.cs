using System.Text;
using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Uploading;

public sealed class KilledServerTests
{
    [Fact]
    public async Task Server_KilledInTheMiddleOfAnUploadAndARegistration_LeavesTheRegistryAsItWas_AndNoFileAfterTheNextStart()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        var (head, files) = (registry.Git("rev-parse", "HEAD"), Files(registry));
        using (var server = await DashboardProcess.Start(registry.Folder))
        {
            var uploads = new UploadClient(server.Client);
            var draft = await uploads.Draft();
            await uploads.Whole(draft, "labels.txt", "0\n1\n"u8.ToArray());
            var upload = await uploads.Begin(draft, "weights.safetensors", 100_000);
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PATCH /api/v1/uploads/{upload} HTTP/1.1\r\nHost: {server.Client.BaseAddress.Authority}\r\nUpload-Offset: 0\r\nContent-Length: 100000\r\n\r\n{new string('x', 5000)}"));
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (await uploads.Offset(upload) < 5000) await Task.Delay(20, limit.Token);

            server.Kill();
        }

        // What a registration leaves between git's index and its commit, and before a file has its name.
        var versions = Path.Combine(registry.Root, "digits", "versions");
        File.Copy(Path.Combine(versions, "1.0.0.json"), Path.Combine(versions, "1.1.0.json"));
        registry.Git("add", "registry/digits/versions/1.1.0.json");
        await File.WriteAllTextAsync(Path.Combine(versions, ".1.1.0.json.abcdefgh.ijk.mr-tmp"), "{");
        Directory.CreateDirectory(Path.Combine(registry.Root, ".pending"));
        await File.WriteAllTextAsync(Path.Combine(registry.Root, ".pending", "x.json"), """{ "creates": ["digits/versions/1.1.0.json"], "commits": true, "at": "2026-01-01T00:00:00Z" }""");

        Assert.NotEqual(files, Files(registry));
        using (var again = await DashboardProcess.Start(registry.Folder))
        {
            Assert.Contains("digits", await again.Client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
            Assert.Equal(files, Files(registry));
            Assert.Equal(head, registry.Git("rev-parse", "HEAD"));
        }

        Assert.Equal("", registry.Git("status", "--porcelain", "registry"));
        Assert.True(registry.Open().Doctor().Healthy);
    }

    private static List<string> Files(TestRegistry registry) =>
        [.. Directory.EnumerateFiles(registry.Folder, "*", SearchOption.AllDirectories).Where(f => !f.Contains(".git" + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
