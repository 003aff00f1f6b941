using System.Security.Cryptography;
using System.Text;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
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
                location /folders/ { dav_methods PUT DELETE MKCOL; create_full_put_path off; }
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

    [ContractFact]
    public async Task Put_IntoFoldersThatAreNotThere_MakesThem()
    {
        var store = new HttpStore(new StoreSettings { Name = "web", Url = $"http://127.0.0.1:{nginx.Port}/folders/{Path.GetRandomFileName()}/deep" }, new RegistryOptions());
        foreach (var length in new[] { 70_000, 80_000 })
        {
            var artifact = Scratch.Artifact(RandomNumberGenerator.GetBytes(length), out var file);

            Assert.True(await store.PutAsync(artifact, file, null, default));
            Assert.Equal(length, await store.FindAsync(artifact, default));
        }
    }
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
    private readonly Lazy<string> _container = new(() => azurite.ContainerAsync().GetAwaiter().GetResult());

    private protected override IArtifactStore Store => field ??= Open(512L << 20);

    [ContractFact]
    public async Task Put_LargeBlob_GoesInBlocks_AndALaterProcessSendsOnlyTheRest()
    {
        var content = RandomNumberGenerator.GetBytes(700_001);
        var artifact = Scratch.Artifact(content, out var file);
        using var stop = new CancellationTokenSource();
        var (most, least) = (0L, long.MaxValue);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Open(100_000).PutAsync(artifact, file, new Watch(done => { if ((most = done) > 300_000) stop.Cancel(); }), stop.Token));
        Assert.Null(await Store.FindAsync(artifact, default));
        Assert.True(await Open(100_000).PutAsync(artifact, file, new Watch(done => least = Math.Min(least, done)), default));

        Assert.InRange(most, 300_001, 400_000);
        Assert.True(least > 300_000, $"it began at {least}");
        await using var stored = await Store.OpenAsync(artifact, 0, default);
        Assert.Equal(artifact.Digest, Digest.FromHash(await SHA256.HashDataAsync(stored!.Stream)));
        Assert.False(await Open(100_000).PutAsync(artifact, file, null, default));
    }

    [ContractFact]
    public async Task Put_LargeBlobOverUnfinishedBlocksOfAnotherClient_UsesIdsOfTheirLength()
    {
        foreach (var idLength in new[] { 1, 5, 40 })
        {
            var artifact = Scratch.Artifact(RandomNumberGenerator.GetBytes(350_000), out var file);
            var theirs = Convert.ToBase64String(new byte[idLength]);
            await Client(artifact).StageBlockAsync(theirs, new MemoryStream(new byte[100_000]));

            Assert.True(await Open(100_000).PutAsync(artifact, file, null, default));

            await using var stored = await Store.OpenAsync(artifact, 0, default);
            Assert.Equal(artifact.Digest, Digest.FromHash(await SHA256.HashDataAsync(stored!.Stream)));
            var list = (await Client(artifact).GetBlockListAsync(BlockListTypes.Committed)).Value.CommittedBlocks.ToList();
            Assert.Equal(4, list.Count);
            Assert.All(list, block => Assert.Equal(theirs.Length, block.Name.Length));
        }
    }

    [ContractFact]
    public async Task Put_LargeBlobFromManyAtOnce_LeavesOneWholeBlob()
    {
        var artifact = Scratch.Artifact(RandomNumberGenerator.GetBytes(350_000), out var file);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await Open(100_000).PutAsync(artifact, file, null, default))));

        await using var stored = await Store.OpenAsync(artifact, 0, default);
        Assert.Equal(artifact.Digest, Digest.FromHash(await SHA256.HashDataAsync(stored!.Stream)));
    }

    [ContractFact]
    public async Task Put_InOnePieceAndInBlocks_IsReadByAzuresOwnClient()
    {
        foreach (var (onePiece, blocks) in new[] { (512L << 20, 0), (100_000L, 4) })
        {
            var content = RandomNumberGenerator.GetBytes(350_000);
            var artifact = Scratch.Artifact(content, out var file);

            Assert.True(await Open(onePiece).PutAsync(artifact, file, null, default));

            var blob = Client(artifact);
            Assert.Equal(content, (await blob.DownloadContentAsync()).Value.Content.ToArray());
            Assert.Equal(BlobType.Block, (await blob.GetPropertiesAsync()).Value.BlobType);
            var list = (await blob.GetBlockListAsync(BlockListTypes.All)).Value;
            Assert.Equal((blocks, 0), (list.CommittedBlocks.Count(), list.UncommittedBlocks.Count()));
        }
    }

    [ContractFact]
    public async Task Fetch_WhatAzuresOwnClientUploaded_GivesTheVerifiedFile_AndIsNotSentAgain()
    {
        foreach (var onePiece in new[] { 1L << 20, 100_000L })
        {
            var content = RandomNumberGenerator.GetBytes(350_000);
            var artifact = Scratch.Artifact(content, out var file);
            await using (var stream = File.OpenRead(file))
                await Client(artifact).UploadAsync(stream, new BlobUploadOptions { TransferOptions = new StorageTransferOptions { InitialTransferSize = onePiece, MaximumTransferSize = 100_000 } });

            Assert.Equal(350_000, await Store.FindAsync(artifact, default));
            Assert.False(await Open(100_000).PutAsync(artifact, file, null, default));
            var path = await new ArtifactFetch(new FolderStore("cache", Path.Combine(Scratch.Root, "cache")), new RegistryOptions()).FetchAsync(Store, artifact, "m.bin", default);
            Assert.Equal(content, await File.ReadAllBytesAsync(path!));
            await using var rest = await Store.OpenAsync(artifact, 349_990, default);
            using var read = new MemoryStream();
            await rest!.Stream.CopyToAsync(read);
            Assert.Equal((349_990L, Convert.ToHexString(content.AsSpan(349_990))), (rest.Offset, Convert.ToHexString(read.ToArray())));
        }
    }

    private BlockBlobClient Client(Artifact artifact) => new(new Uri($"{_container.Value}/blobs/sha256/{artifact.Digest.Hex}?{Azurite.Signature}"));

    private HttpStore Open(long onePiece) => new(
        new StoreSettings
        {
            Name = "azure",
            Url = _container.Value,
            Query = "$MODELS_SAS",
            Headers = Manifest.NoTags.Add("x-ms-version", "2022-11-02").Add("x-ms-blob-type", "BlockBlob"),
        },
        new RegistryOptions { Variable = name => name == "MODELS_SAS" ? Azurite.Signature : null })
    {
        OnePiece = onePiece,
        Block = 100_000,
    };

    private sealed class Watch(Action<long> see) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => see(value.Done);
    }
}
