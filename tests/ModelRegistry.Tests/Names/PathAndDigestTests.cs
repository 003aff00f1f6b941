using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Names;

public sealed class PathAndDigestTests
{
    [Theory]
    [InlineData("resnet18.pth")]
    [InlineData("data/labels.txt")]
    [InlineData("Modell mit Leerzeichen ü.pth")]
    public void Path_InsideTheModel_IsAccepted(string text) => Assert.Equal(text, RelativeFilePath.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("C:\\x")]
    [InlineData("C:x")]
    [InlineData("a\\b")]
    [InlineData("x:stream")]
    [InlineData("nul")]
    [InlineData("a/con.txt")]
    [InlineData("trailing.")]
    [InlineData("trailing ")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("*.pth")]
    public void Path_ThatCouldLeaveTheFolderOrIsIllegalSomewhere_IsRefused(string text) => Expect.Code("MR0106", () => RelativeFilePath.Parse(text));

    [Fact]
    public void Paths_ThatDifferInCaseOnly_AreTheSame() => Assert.Equal(RelativeFilePath.Parse("Labels.txt"), RelativeFilePath.Parse("labels.TXT"));

    [Fact]
    public void Digest_OfKnownBytes_IsTheOneOfFips180()
    {
        var digest = Digest.Of("abc"u8);

        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest.Value);
        Assert.Equal(digest, Digest.Parse(digest.Value.ToUpperInvariant().Replace("SHA256", "sha256", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:xyz")]
    [InlineData("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/pw")]
    public void Digest_OfAnotherForm_IsRefused(string text) => Expect.Code("MR0105", () => Digest.Parse(text));
}
