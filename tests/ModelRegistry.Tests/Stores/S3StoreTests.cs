using ModelRegistry.Stores;
using ModelRegistry.Stores.S3;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>s3rver, a server of the S3 protocol. It knows its access keys and does not work out signatures of version 4; the vectors below do.</summary>
public sealed class S3Server : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelreg-s3").FullName;
    private readonly Lazy<Peer> _server;

    public S3Server() => _server = new Lazy<Peer>(() =>
    {
        var port = Peer.FreePort();
        return Peer.Start("node", port, NodePeers.Script("s3rver", "s3rver"), "-d", _folder, "-a", "127.0.0.1", "-p", $"{port}", "--configure-bucket", "models", "-s");
    });

    internal int Port => _server.Value.Port;

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>The contract, kept by a bucket.</summary>
[Needs("node", "npm:s3rver")]
public sealed class S3StoreTests(S3Server server) : ArtifactStoreContract, IClassFixture<S3Server>
{
    private readonly string _prefix = Path.GetRandomFileName();

    private protected override IArtifactStore Store => field ??= Open("S3RVER");

    [ContractFact]
    public async Task Put_UnknownKey_IsRefusedWithTheNameOfTheCredential()
    {
        var artifact = Scratch.Artifact("one", out var file);

        var failure = await Assert.ThrowsAsync<ModelRegistry.Diagnostics.ModelRegistryException>(async () => await Open("WRONG", "SECRET").PutAsync(artifact, file, null, default));

        Assert.Equal("MR0316", failure.Code);
        Assert.Contains("AWS_ACCESS_KEY_ID", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", failure.ToLine(), StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Put_LargeBlob_GoesInParts_AndComesBackTheSame()
    {
        var content = System.Security.Cryptography.RandomNumberGenerator.GetBytes(13 << 20);
        var artifact = Scratch.Artifact(content, out var file);

        Assert.True(await Open("S3RVER", onePiece: 6 << 20).PutAsync(artifact, file, null, default));

        await using var stored = await Store.OpenAsync(artifact, 0, default);
        Assert.Equal(artifact.Digest, Digest.FromHash(await System.Security.Cryptography.SHA256.HashDataAsync(stored!.Stream)));
        Assert.False(await Open("S3RVER", onePiece: 6 << 20).PutAsync(artifact, file, null, default));
    }

    private S3Store Open(string key, string secret = "S3RVER", long onePiece = 512L << 20) => new(
        new StoreSettings { Name = "bucket", S3 = $"s3://models/{_prefix}", Endpoint = $"http://127.0.0.1:{server.Port}", Region = "us-east-1" },
        new RegistryOptions { Variable = name => name switch { "AWS_ACCESS_KEY_ID" => key, "AWS_SECRET_ACCESS_KEY" => secret, _ => null } })
    {
        OnePiece = onePiece,
        Part = 5 << 20,
    };
}

/// <summary>The vectors that the publisher of the protocol gives ("Signature Version 4 test suite", get-vanilla and others; "Examples: Signature Calculations in AWS Signature Version 4").</summary>
public sealed class S3SignatureTests
{
    private static readonly S3Credential Suite = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, "test");

    [Theory]
    [InlineData("GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void Sign_RequestsOfTheSuite_HaveItsSignatures(string method, string address, string signature)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);

        S3Signature.Sign(request, S3Signature.EmptyBody, Suite, "us-east-1", "service", new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        Assert.Equal($"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}", Assert.Single(request.Headers.GetValues("Authorization")));
    }

    [Fact]
    public void Sign_ListOfTheS3Examples_HasItsSignature()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J");

        S3Signature.Sign(request, S3Signature.EmptyBody, new S3Credential("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, "test"), "us-east-1", "s3", new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));

        Assert.EndsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", Assert.Single(request.Headers.GetValues("Authorization")), StringComparison.Ordinal);
    }
}

public sealed class S3CredentialTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public async Task Find_Profile_TakesKeysBeforeTheProcess()
    {
        Directory.CreateDirectory(Path.Combine(_scratch.Root, ".aws"));
        File.WriteAllText(Path.Combine(_scratch.Root, ".aws", "credentials"), "[other]\naws_access_key_id = NO\n[team]\naws_access_key_id = ID\naws_secret_access_key = KEY\n");

        var found = await FindAsync(("AWS_PROFILE", "team"));

        Assert.Equal(("ID", "KEY"), (found!.AccessKey, found.SecretKey));
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Find_CredentialProcess_IsRunWithoutAShell()
    {
        var program = _scratch.Program("give keys", "#!/bin/sh\nprintf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"S\",\"SessionToken\":\"T\",\"Expiration\":\"2100-01-01T00:00:00Z\"}' \"$1\"\n");
        Directory.CreateDirectory(Path.Combine(_scratch.Root, ".aws"));
        File.WriteAllText(Path.Combine(_scratch.Root, ".aws", "config"), $"[profile team]\ncredential_process = \"{program}\" \"a;b\"\n");

        var found = await FindAsync(("AWS_PROFILE", "team"));

        Assert.Equal(("a;b", "T", 2100), (found!.AccessKey, found.SessionToken, found.Expires.Year));
    }

    [Fact]
    public async Task Find_WebIdentity_AsksTheTokenServiceForKeys()
    {
        using var service = new LoopbackServer(_ => new ServedAnswer(200, """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
            <AccessKeyId>ID</AccessKeyId><SecretAccessKey>KEY</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """u8.ToArray()));
        var token = Path.Combine(_scratch.Root, "token");
        File.WriteAllText(token, "the-token\n");

        var found = await FindAsync(("AWS_WEB_IDENTITY_TOKEN_FILE", token), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/models"), ("AWS_ENDPOINT_URL_STS", service.Address));

        Assert.Equal(("ID", "KEY", "T", 2100), (found!.AccessKey, found.SecretKey, found.SessionToken, found.Expires.Year));
        Assert.Equal(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fmodels&RoleSessionName=modelreg&WebIdentityToken=the-token",
            System.Text.Encoding.ASCII.GetString(Assert.Single(service.Requests).Body));
    }

    public void Dispose() => _scratch.Dispose();

    private Task<S3Credential?> FindAsync(params (string Name, string Value)[] variables) =>
        S3Credentials.FindAsync("us-east-1", new RegistryOptions { Variable = name => name == "HOME" ? _scratch.Root : variables.FirstOrDefault(v => v.Name == name).Value }, default);
}
