using System.Security.Cryptography;
using ModelRegistry.Locking;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Support;
using ModelRegistry.Trust;

namespace ModelRegistry.Tests.Trust;

/// <summary>A lock file says who vouched, and changes when others do.</summary>
public sealed class LockedTrustTests : IDisposable
{
    private readonly Workspace _work = new();

    public LockedTrustTests()
    {
        _work.Register("digits", "weights");
        foreach (var name in new[] { "vision", "release" }) MakeKey(name);
    }

    [Fact]
    public void AnEntryOfBeforeThePolicy_TakesOverWhoVouches_AndKeepsItsVersion()
    {
        Resolve(null);
        Assert.Empty(Locked.SignedBy);
        Sign("vision");
        _work.Register("digits", "better weights");

        var changed = Resolve(Policy("vision"));

        Assert.Equal(["vision team"], Locked.SignedBy.Select(signer => signer.Name));
        Assert.Equal("1.0.0", Locked.Version.Value);
        Assert.Contains(changed.Changes, line => line.Contains("signed by vision team", StringComparison.Ordinal));
        Assert.Empty(Resolve(Policy("vision")).Changes);
    }

    [Fact]
    public void LockedMode_FailsWhereTheSignersWouldChange_AndTheFileStaysAsItIs()
    {
        Resolve(null);
        Sign("vision");
        Refused(Policy("vision"));
        Resolve(Policy("vision"));
        Resolve(Policy("vision"), locked: true);

        Sign("release");
        Refused(Policy("vision", "release"));
        Resolve(Policy("vision", "release"));
        Assert.Equal(["release team", "vision team"], Locked.SignedBy.Select(signer => signer.Name));
        Refused(Policy("release"));

        void Refused(ModelTrustPolicy policy)
        {
            var before = File.ReadAllText(LockPath);
            Assert.Contains("signed by", Expect.Code("MR0701", () => Resolve(policy, locked: true)).Message, StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllText(LockPath));
        }
    }

    [Fact]
    public void WithoutAPolicy_ALockFileKeepsWhoVouched()
    {
        Sign("vision");
        Resolve(Policy("vision"));

        Assert.Empty(Resolve(null, locked: true).Changes);

        Assert.NotEmpty(Locked.SignedBy);
    }

    [Fact]
    public void AKeyOfThePolicy_IsReadOnceForAllVersions()
    {
        _work.Register("letters", "weights");
        Sign("vision");
        Sign("vision", "letters/1.0.0");
        var policy = Policy("vision");
        using var signers = new OpenSigners(policy);

        Assert.Same(signers[policy.Signers[0]], signers[policy.Signers[0]]);
        Assert.Equal(2, Resolve(policy, false, "digits", "letters").References.Count(reference => reference.Locked.SignedBy.Length == 1));
    }

    public void Dispose() => _work.Dispose();

    private string LockPath => Path.Combine(_work.Root, "models.lock.json");

    private LockedVersion Locked => new LockFile(LockPath, _work.Options).Read().Entries().Single().Locked;

    private LockedResult Resolve(ModelTrustPolicy? policy, bool locked = false, params string[] names) => new LockedResolver(new LockedResolverOptions
    {
        LockFile = LockPath,
        Address = _work.Root,
        LockedMode = locked,
        Trust = policy,
        Registry = _work.Options,
    }).Resolve([.. (names.Length == 0 ? ["digits"] : names).Select(name => new ModelRequest(ModelName.Parse(name), Selector.Parse("latest")))]);

    private ModelTrustPolicy Policy(params string[] keys) => ModelTrustPolicy.Load(_work.File_(ModelTrustPolicy.FileName, $$"""
        { "schemaVersion": 1, "mode": "require", "signers": [ {{string.Join(", ", keys.Select(key => $"{{ \"name\": \"{key} team\", \"publicKey\": \"{key}.pub.pem\" }}"))}} ] }
        """));

    private void MakeKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _work.File_($"{name}.pem", key.ExportPkcs8PrivateKeyPem());
        _work.File_($"{name}.pub.pem", key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    private void Sign(string key, string id = "digits/1.0.0")
    {
        using var signer = ModelSigner.FromKey(Path.Combine(_work.Root, $"{key}.pem"));
        _work.Open().Sign(ModelId.Parse(id), signer);
    }
}
