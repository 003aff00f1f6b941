using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Stores.S3;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>What is sent to a bucket, seen by a server that answers as services do which list unfinished uploads, or do not.</summary>
public sealed class S3UploadTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public async Task Put_SaysTheDigestOfTheBody_AndReplacesNothing()
    {
        using var server = new LoopbackServer(request => ServedAnswer.Empty(request.Method == "HEAD" ? 404 : 412));
        var artifact = _scratch.Artifact(RandomNumberGenerator.GetBytes(80), out var file);

        Assert.False(await Open(server).PutAsync(artifact, file, null, default));

        var put = server.Requests.Last();
        Assert.Equal(("PUT", artifact.Digest.Hex, "*"), (put.Method, put.Header("x-amz-content-sha256"), put.Header("If-None-Match")));
    }

    [Fact]
    public async Task Put_UploadOfAnEarlierProcess_IsGoneOnWith()
    {
        using var server = Bucket(listsParts: true);

        Assert.Equal(["PUT ?partNumber=2&uploadId=old", "PUT ?partNumber=3&uploadId=old", "POST ?uploadId=old"], await SentAsync(server));
        Assert.Contains("<PartNumber>1</PartNumber><ETag>\"first\"</ETag>", Encoding.UTF8.GetString(server.Requests.Last().Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_UploadOfAnEarlierProcess_WhosePartsAreNotListed_IsAbortedAndBegunAgain()
    {
        using var server = Bucket(listsParts: false);

        Assert.Equal(
            ["DELETE ?uploadId=old", "POST ?uploads=", "PUT ?partNumber=1&uploadId=new", "PUT ?partNumber=2&uploadId=new", "PUT ?partNumber=3&uploadId=new", "POST ?uploadId=new"],
            await SentAsync(server));
    }

    public void Dispose() => _scratch.Dispose();

    private static LoopbackServer Bucket(bool listsParts) => new(request => (request.Method, Uploads: request.Target.Contains("?uploads=", StringComparison.Ordinal)) switch
    {
        ("HEAD", _) => ServedAnswer.Empty(404),
        ("GET", true) => Xml("<ListMultipartUploadsResult><Upload><UploadId>old</UploadId></Upload></ListMultipartUploadsResult>"),
        ("GET", _) => listsParts ? Xml("<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>\"first\"</ETag><Size>100</Size></Part></ListPartsResult>") : ServedAnswer.Empty(501),
        ("DELETE", _) => ServedAnswer.Empty(204),
        ("POST", true) => Xml("<InitiateMultipartUploadResult><UploadId>new</UploadId></InitiateMultipartUploadResult>"),
        ("PUT", _) => ServedAnswer.Empty(200, ("ETag", "\"sent\"")),
        _ => Xml("<CompleteMultipartUploadResult/>"),
    });

    private static ServedAnswer Xml(string body) => new(200, Encoding.UTF8.GetBytes(body));

    private async Task<List<string>> SentAsync(LoopbackServer server)
    {
        var artifact = _scratch.Artifact(RandomNumberGenerator.GetBytes(250), out var file);
        Assert.True(await Open(server).PutAsync(artifact, file, null, default));
        return [.. server.Requests.Where(r => r.Method is not ("HEAD" or "GET")).Select(r => $"{r.Method} {r.Target[r.Target.IndexOf('?', StringComparison.Ordinal)..]}")];
    }

    private static S3Store Open(LoopbackServer server) => new(
        new StoreSettings { Name = "bucket", S3 = "s3://models", Endpoint = server.Address, Region = "us-east-1" },
        new RegistryOptions { Variable = name => name switch { "AWS_ACCESS_KEY_ID" => "KEY", "AWS_SECRET_ACCESS_KEY" => "SECRET", _ => null } })
    {
        OnePiece = 100,
        Part = 100,
    };
}
