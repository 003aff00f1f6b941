using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Http;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>Debian's nginx with WebDAV on loopback.</summary>
public sealed class Nginx : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-nginx").FullName;
    private readonly Lazy<Peer> _server;

    public Nginx() => _server = new Lazy<Peer>(Start);

    internal int Port => _server.Value.Port;

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Peer Start()
    {
        var port = Peer.FreePort();
        var config = Path.Combine(_folder, "nginx.conf");
        Directory.CreateDirectory(Path.Combine(_folder, "files"));
        File.WriteAllText(config, $$"""
            daemon off;
            worker_processes 1;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            pid {{_folder}}/pid;
            error_log {{_folder}}/error.log;
            events { }
            http {
              access_log off;
              client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy; fastcgi_temp_path {{_folder}}/fastcgi; uwsgi_temp_path {{_folder}}/uwsgi; scgi_temp_path {{_folder}}/scgi;
              client_max_body_size 0;
              server {
                listen 127.0.0.1:{{port}};
                root {{_folder}}/files;
                location / { dav_methods PUT DELETE; create_full_put_path on; }
              }
            }
            """);
        return Peer.Start("nginx", port, "-c", config, "-e", Path.Combine(_folder, "error.log"));
    }
}

/// <summary>The contract, kept by nginx.</summary>
[Needs("nginx")]
public sealed class NginxStoreTests(Nginx nginx) : ArtifactStoreContract, IClassFixture<Nginx>
{
    private protected override IArtifactStore Store => field ??= new HttpStore(new StoreSettings { Name = "web", Url = $"http://127.0.0.1:{nginx.Port}/{Path.GetRandomFileName()}" }, new RegistryOptions());
}

/// <summary>Azurite, Microsoft's own emulator of Azure Blob Storage, with a container that a shared access signature opens.</summary>
public sealed class Azurite : IDisposable
{
    // The account that every Azurite has; its key is public.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-azurite").FullName;
    private readonly Lazy<Peer> _server;

    public Azurite() => _server = new Lazy<Peer>(() =>
    {
        var port = Peer.FreePort();
        return Peer.Start("node", port, NodePeers.Script("azurite", "azurite-blob"), "--blobPort", $"{port}", "--location", _folder, "--silent", "--skipApiVersionCheck");
    });

    /// <summary>Account SAS (Create an account SAS, versions since 2020-12-06).</summary>
    internal static string Signature
    {
        get
        {
            var fields = new[] { Account, "rwdlac", "b", "sco", "", "2100-01-01T00:00:00Z", "", "https,http", "2022-11-02", "", "" };
            var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(string.Join('\n', fields))));
            return $"sv=2022-11-02&ss=b&srt=sco&sp=rwdlac&se=2100-01-01T00%3A00%3A00Z&spr=https,http&sig={Uri.EscapeDataString(signature)}";
        }
    }

    internal async Task<string> ContainerAsync()
    {
        var address = $"http://127.0.0.1:{_server.Value.Port}/{Account}/c{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
        using var client = new HttpClient();
        using var made = await client.PutAsync($"{address}?restype=container&{Signature}", new ByteArrayContent([]));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        return address;
    }

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>The contract, kept by Azure Blob Storage through the web store.</summary>
[Needs("node", "npm:azurite")]
public sealed class AzureStoreTests(Azurite azurite) : ArtifactStoreContract, IClassFixture<Azurite>
{
    private protected override IArtifactStore Store => field ??= new HttpStore(
        new StoreSettings
        {
            Name = "azure",
            Url = azurite.ContainerAsync().GetAwaiter().GetResult(),
            Query = "$MODELS_SAS",
            Headers = Manifest.NoTags.Add("x-ms-version", "2022-11-02").Add("x-ms-blob-type", "BlockBlob"),
        },
        new RegistryOptions { Variable = name => name == "MODELS_SAS" ? Azurite.Signature : null });
}
