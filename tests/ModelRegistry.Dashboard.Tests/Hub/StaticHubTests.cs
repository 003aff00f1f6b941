using System.Net;
using System.Net.Http.Headers;
using ModelRegistry.Dashboard.Export;
using ModelRegistry.Dashboard.Hosting;
using ModelRegistry.Dashboard.Tests.Support;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Hub;

/// <summary>The static layout behind nginx, as clients of Hugging Face ask it.</summary>
public sealed class StaticHubTests : IDisposable
{
    private readonly TestRegistry _registry = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("mr-static-").FullName;

    public StaticHubTests() => _registry.Register("digits", 0.9, change: request => request with { Files = [new FileToRegister(request.Files[0].Source, null, RelativeFilePath.Parse("unet/weights.safetensors"))] });

    [Fact]
    public async Task WithoutHf_NoFileIsLaidOut()
    {
        await Export(hub: false);

        Assert.False(Directory.Exists(Path.Combine(_folder, "site", "team")));
    }

    [PeerFact("nginx")]
    public async Task Nginx_ServesWholeFilesAndRanges_ByTheExactVersion()
    {
        await Export(hub: true);
        var file = _registry.Open().Get(ModelId.Parse("digits/1.0.0")).Weights;
        using var nginx = StartNginx();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{nginx.Port}") };
        var address = new Uri("/team/digits/resolve/1.0.0/unet/weights.safetensors", UriKind.Relative);
        using var first = new HttpRequestMessage(HttpMethod.Get, address);
        first.Headers.Range = new RangeHeaderValue(0, 0);

        using var range = await client.SendAsync(first);
        using var other = await client.GetAsync(new Uri("/team/digits/resolve/9.0.0/unet/weights.safetensors", UriKind.Relative));

        Assert.Equal(file.Digest, Digest.Of(await client.GetByteArrayAsync(address)));
        Assert.Equal((HttpStatusCode.PartialContent, HttpStatusCode.NotFound), (range.StatusCode, other.StatusCode));
        Assert.Equal(new ContentRangeHeaderValue(0, 0, file.Size), range.Content.Headers.ContentRange);
        Assert.NotNull(range.Headers.ETag);
    }

    [PeerFact("nginx", "npm:@huggingface/hub")]
    public async Task TheClientOfHuggingFace_DownloadsFromNginx()
    {
        await Export(hub: true);
        var file = _registry.Open().Get(ModelId.Parse("digits/1.0.0")).Weights;
        using var nginx = StartNginx();

        var seen = HubFactAttribute.Run("hub-download.mjs", $"http://127.0.0.1:{nginx.Port}", "team/digits", "1.0.0", file.Path.Value);

        Assert.Equal((file.Size, file.Digest.Hex), (seen.GetProperty("size").GetInt64(), seen.GetProperty("sha256").GetString()));
        Assert.Equal(4, seen.GetProperty("part").GetString()!.Length);
        Assert.Equal(404, seen.GetProperty("missing").GetInt32());
    }

    public void Dispose()
    {
        _registry.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Export(bool hub)
    {
        var site = Path.Combine(_folder, "site");
        await using var services = new DashboardServices(_registry.Open(), new DashboardOptions { Export = site, HubFiles = hub, HubNamespace = "team" }, TimeProvider.System);
        new SiteExporter(services, CancellationToken.None).Run(site);
    }

    private Peer StartNginx()
    {
        var (port, config, log) = (Peer.FreePort(), Path.Combine(_folder, "nginx.conf"), Path.Combine(_folder, "error.log"));
        File.WriteAllText(config, $$"""
            daemon off;
            worker_processes 1;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            pid {{_folder}}/pid;
            error_log {{log}};
            events { }
            http {
              access_log off;
              client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy; fastcgi_temp_path {{_folder}}/fastcgi; uwsgi_temp_path {{_folder}}/uwsgi; scgi_temp_path {{_folder}}/scgi;
              server { listen 127.0.0.1:{{port}}; root {{_folder}}/site; }
            }
            """);
        return Peer.Start("nginx", port, "-c", config, "-e", log);
    }
}
