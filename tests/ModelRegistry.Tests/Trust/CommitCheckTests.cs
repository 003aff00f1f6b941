using System.Diagnostics;
using System.Text;
using ModelRegistry.Git;
using ModelRegistry.Tests.Support;
using ModelRegistry.Trust;

namespace ModelRegistry.Tests.Trust;

/// <summary>Commits that are signed with ssh keys, held against the allowed signers of a policy by the real git and ssh-keygen.</summary>
public sealed class CommitCheckTests : IDisposable
{
    private static readonly ModelId First = ModelId.Parse("m/1.0.0");

    private readonly Workspace _workspace = new();
    private readonly Scratch _keys = new();

    public CommitCheckTests()
    {
        foreach (var name in new[] { "vision", "stranger" })
        {
            using var made = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", Path.Combine(_keys.Root, name)]);
            made.WaitForExit();
        }

        File.WriteAllText(Path.Combine(_keys.Root, "allowed_signers"), $"vision@example.org {File.ReadAllText(Path.Combine(_keys.Root, "vision.pub"))}");
        _workspace.Git("config", "gpg.format", "ssh");
        _workspace.Git("config", "commit.gpgSign", "false");
    }

    [Fact]
    public void ACommitOfAnAllowedSigner_Passes_AndTheLogNamesIt()
    {
        SignWith("vision");
        _workspace.Register("m", "a");

        Assert.Empty(Check(First).Problems);
        var log = _workspace.Open().Log(ModelName.Parse("m"));
        var signature = _workspace.Open().GetCommitSignatures([log[0].Commit], Path.Combine(_keys.Root, "allowed_signers"))[log[0].Commit];
        Assert.Equal((CommitSignatureState.Good, "vision@example.org"), (signature.State, signature.Signer));
    }

    [Theory]
    [InlineData("require", null, true)]
    [InlineData("accept", null, false)]
    [InlineData("require", "accept", false)]
    public void AnotherKey_IsAnErrorOrAWarningAsTheModeSays(string mode, string? commits, bool isError)
    {
        SignWith("stranger");
        _workspace.Register("m", "a");

        var problem = Assert.Single(Check(First, mode, commits).Problems);

        Assert.Equal(("MR0813", isError), (problem.Failure.Code, problem.IsError));
        Assert.Contains("is signed with a key that is not allowed (SHA256:", problem.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("allowed_signers", problem.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(Check(First, mode, "off").Problems);
    }

    [Fact]
    public void ACommitWithoutSignature_IsNotAllowed_AndAnExemptionLetsItPass()
    {
        var result = _workspace.Register("m", "a");

        var problem = Assert.Single(Check(First).Problems);

        Assert.Equal("MR0813", problem.Failure.Code);
        Assert.Contains("which added it, is not signed", problem.Failure.Message, StringComparison.Ordinal);
        var digest = Digest.Of(File.ReadAllBytes(result.ManifestPath));
        Assert.Empty(Check(First, more: $$""", "minimumSignatures": 1, "exempt": [ { "id": "m/1.0.0", "manifestDigest": "{{digest}}", "reason": "before signing" } ]""").Problems);
    }

    [Fact]
    public void OnlyTheCommitThatAddedTheManifestInTheseBytes_Counts()
    {
        SignWith("vision");
        var result = _workspace.Register("m", "a");
        SignWith(null);
        File.WriteAllText(result.ManifestPath, File.ReadAllText(result.ManifestPath) + " ");
        _workspace.Git("commit", "-qam", "altered");

        Assert.Contains("no commit added its manifest as it is now", Assert.Single(Check(First).Problems).Failure.Message, StringComparison.Ordinal);
        SignWith("vision");
        _workspace.Git("commit", "-q", "--allow-empty", "-m", "signed, and nothing to do with it");
        Assert.Equal("MR0814", Assert.Single(Check(First).Problems).Failure.Code);
    }

    [Fact]
    public void ACommitThatWasChangedAfterItWasSigned_IsAnErrorInAcceptToo()
    {
        SignWith("vision");
        _workspace.Register("m", "a");
        var commit = _workspace.Git("cat-file", "commit", "HEAD").Replace("register m/1.0.0", "register m/9.0.0", StringComparison.Ordinal);
        var file = Path.Combine(_keys.Root, "commit");
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(commit));
        _workspace.Git("reset", "-q", "--soft", _workspace.Git("hash-object", "-t", "commit", "-w", file).Trim());

        Assert.Equal(("MR0815", true), Assert.Single(Check(First, "accept").Problems) is var problem ? (problem.Failure.Code, problem.IsError) : default);
    }

    [Fact]
    public void AShallowClone_DoesNotHaveTheCommit_AndTheMessageSaysHowToGetIt()
    {
        SignWith("vision");
        _workspace.Register("m", "a");
        _workspace.Register("other", "b");
        var clone = Path.Combine(_keys.Root, "clone");
        Workspace.GitIn(_keys.Root, "clone", "-q", "--depth=1", new Uri(_workspace.Root).AbsoluteUri, clone);
        TrustVerdict InClone() => OfTheCommit(RegistrySession.Open(clone, _workspace.Options).Registry.CheckTrust(First, Policy()));

        var problem = Assert.Single(InClone().Problems);

        Assert.Equal("MR0814", problem.Failure.Code);
        Assert.Contains("git fetch --unshallow", problem.Failure.ToLine(), StringComparison.Ordinal);
        Workspace.GitIn(clone, "fetch", "-q", "--unshallow");
        Assert.Empty(InClone().Problems);
    }

    [Fact]
    public void AManifestThatNobodyCommitted_AndALockFileAlone_AreNotSeen()
    {
        _workspace.Open().Register(_workspace.Request("m", "a") with { Commit = false });

        Assert.Equal("MR0814", Assert.Single(Check(First).Problems).Failure.Code);
        Assert.Equal("MR0814", Assert.Single(CommitCheck.AddUnseen(new TrustVerdict(), Policy(), First).Problems).Failure.Code);
        Assert.False(Assert.Single(CommitCheck.AddUnseen(new TrustVerdict(), Policy("accept"), First).Problems).IsError);
    }

    [Fact]
    public void NothingThatTheRepositoryNames_IsStarted()
    {
        SignWith("vision");
        _workspace.Register("m", "a");
        var started = Path.Combine(_keys.Root, "started");
        HostileConfiguration.Apply(_workspace.Root, $"sh -c 'echo started >> \"{started}\"; exit 0'");
        foreach (var format in new[] { "openpgp", "x509" }) _workspace.Git("config", $"gpg.{format}.program", $"touch '{started}'");
        _workspace.Git("config", "gpg.ssh.allowedSignersFile", Path.Combine(_keys.Root, "nobody"));

        Assert.Empty(Check(First).Problems);
        Assert.False(File.Exists(started), "a program of the configuration was started");
    }

    [Theory]
    [InlineData("""{ "allowedSigners": "missing" }""", "it names missing in commits, which does not exist")]
    [InlineData("""{ "mode": "accept" }""", "allowedSigners")]
    [InlineData("""{ "allowedSigners": "allowed_signers", "mod": "off" }""", "did you mean mode?")]
    public void ACommitsRuleThatIsNotUnderstood_IsRefused(string commits, string says)
    {
        var path = Path.Combine(_keys.Root, ModelTrustPolicy.FileName);
        File.WriteAllText(path, $$"""{ "schemaVersion": 1, "mode": "require", "commits": {{commits}} }""");

        Assert.Contains(says, Expect.Code("MR0809", () => ModelTrustPolicy.Load(path)).ToLine(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _workspace.Dispose();
    }

    private void SignWith(string? key)
    {
        _workspace.Git("config", "commit.gpgSign", key is null ? "false" : "true");
        if (key is not null) _workspace.Git("config", "user.signingKey", Path.Combine(_keys.Root, key));
    }

    private TrustVerdict Check(ModelId id, string mode = "require", string? commits = null, string more = "") =>
        OfTheCommit(_workspace.Open().CheckTrust(id, Policy(mode, commits, more)));

    // These versions carry no signature of their own; that is another test's matter.
    private static TrustVerdict OfTheCommit(TrustVerdict verdict) =>
        verdict with { Problems = [.. verdict.Problems.Where(problem => problem.Failure.Code is not ("MR0804" or "MR0805"))] };

    private ModelTrustPolicy Policy(string mode = "require", string? commits = null, string more = "")
    {
        var path = Path.Combine(_keys.Root, ModelTrustPolicy.FileName);
        File.WriteAllText(path, $$"""{ "schemaVersion": 1, "mode": "{{mode}}", "commits": { "allowedSigners": "allowed_signers"{{(commits is null ? "" : $", \"mode\": \"{commits}\"")}} }{{more}} }""");
        return ModelTrustPolicy.Load(path);
    }
}
