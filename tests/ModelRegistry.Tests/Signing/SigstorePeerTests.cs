using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Signing;

public sealed class SigstorePeerTests : IDisposable
{
    private readonly SigningFolder _folder = new();

    [NodeFact("@sigstore/verify")]
    public void SigstoreJs_VerifiesWhatWeSign_AndRefusesAnotherKey()
    {
        _folder.Key("signer");
        _folder.Key("stranger");
        _folder.Sign().Save(_folder.At("model.sig"));

        Assert.Equal((0, "verified"), NodePeers.Run("verify-bundle.mjs", _folder.At("model.sig"), _folder.PublicKey("signer")));
        Assert.NotEqual(0, NodePeers.Run("verify-bundle.mjs", _folder.At("model.sig"), _folder.PublicKey("stranger")).ExitCode);
    }

    public void Dispose() => _folder.Dispose();
}
