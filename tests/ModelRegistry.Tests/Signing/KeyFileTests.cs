using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Signing;

/// <summary>Key files as people have them: other line ends, words before the key, the wrong kind, the wrong order.</summary>
public sealed class KeyFileTests : IDisposable
{
    private readonly SigningFolder _folder = new();

    [Fact]
    public void AKey_WithWindowsLineEnds_WordsBeforeIt_AMarkOfAnEditor_OrNoFinalNewline_IsTheSameKey()
    {
        var key = File.ReadAllText(_folder.Key("signer"));
        var open = File.ReadAllText(_folder.PublicKey("signer"));
        var bundle = _folder.Sign();
        foreach (var form in new Func<string, string>[]
        {
            text => text.ReplaceLineEndings("\r\n"), text => "Bag Attributes\n    friendlyName: release\nKey Attributes: <No Attributes>\n" + text, text => "\uFEFF" + text, text => text.TrimEnd(),
            text => "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + text,
        })
        {
            _folder.Write("signer.pem", form(key));
            _folder.Write("signer.pub.pem", form(open));
            _folder.Verify(bundle);
            Assert.Equal(bundle.KeyId, _folder.Sign().KeyId);
        }
    }

    [Fact]
    public void WhatIsNoKeyOfACurve_IsToldForWhatItIs_WithWhatIsAccepted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        _folder.Certificate("release");
        Refused(key.ExportSubjectPublicKeyInfo(), "is not in PEM");
        Refused(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), "holds no key that can be used");
        // RFC 8410, section 10.1.
        Refused("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"u8, "holds no key that can be used");
        Refused("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHC9fC+jpPcVZQcsAvlbUU1QVNQFVKQrV0mHx5d8QkQP me\n"u8, "form of OpenSSH");
        Refused(File.ReadAllBytes(_folder.At("release.ca.pem")), "holds a certificate where a key is asked for");
        Refused(""u8, "is not in PEM");

        void Refused(ReadOnlySpan<byte> content, string says)
        {
            File.WriteAllBytes(_folder.At("wrong.pem"), content);
            foreach (var load in new Action[] { () => TrustedSigner.Key(_folder.At("wrong.pem")), () => ModelSigner.FromKey(_folder.At("wrong.pem")) })
            {
                var failure = Expect.Code("MR0807", load);
                Assert.Contains(says, failure.Message, StringComparison.Ordinal);
                Assert.Contains("P-256, P-384 or P-521 in PEM (neither RSA nor Ed25519)", failure.Hint, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void AWrongPassword_IsToldAsThat()
    {
        var key = _folder.Key("signer", password: "correct horse");

        Assert.Contains("cannot be decrypted", Expect.Code("MR0807", () => ModelSigner.FromKey(key, password: () => "battery staple")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AChain_InReverse_OrOfAnRsaKey_OrInDer_IsRefusedWithWhatToDo()
    {
        _folder.Certificate("release");
        var chain = X509Certificate2.CreateFromPem(File.ReadAllText(_folder.At("release.ca.pem"))).ExportCertificatePem() + "\n" + X509Certificate2.CreateFromPem(File.ReadAllText(_folder.At("release.chain.pem"))).ExportCertificatePem();
        Assert.Contains("signer's own certificate first", Refused(chain).Hint, StringComparison.Ordinal);
        using var rsa = RSA.Create(2048);
        using var other = new CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(SigningFolder.Now.AddDays(-1), SigningFolder.Now.AddDays(1));
        Assert.Contains("no key on an elliptic curve", Refused(other.ExportCertificatePem()).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.At("der.pem"), other.RawData);
        Assert.Contains("openssl x509 -inform DER", Expect.Code("MR0807", () => TrustedSigner.Certificate([_folder.At("der.pem")])).Hint, StringComparison.Ordinal);

        ModelRegistry.Diagnostics.ModelRegistryException Refused(string pem) => Expect.Code("MR0807", () => ModelSigner.FromKey(_folder.At("release.pem"), _folder.Write("wrong.chain.pem", pem)));
    }

    [Fact]
    public void ACertificateThatIsNotValidByTheClockHere_SaysFromWhenToWhen_AndWhatTheClockSays()
    {
        _folder.Certificate("release", from: SigningFolder.Now.AddMinutes(3));
        using var signer = ModelSigner.FromKey(_folder.At("release.pem"), _folder.At("release.chain.pem"));
        using var trusted = TrustedSigner.Certificate([_folder.At("release.ca.pem")]);
        var bundle = FolderSignature.Sign(_folder.Model, signer);

        Assert.Contains("valid from 2026-11-21 12:03 to 2027-11-21 12:00 UTC, and the clock here says 2026-11-21 12:00", Expect.Code("MR0806", () => FolderSignature.Verify(_folder.Model, bundle, trusted, SigningFolder.Now)).Message, StringComparison.Ordinal);
        FolderSignature.Verify(_folder.Model, bundle, trusted, SigningFolder.Now.AddMinutes(4));
    }

    public void Dispose() => _folder.Dispose();
}
