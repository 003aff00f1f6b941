using System.Text;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Names;

/// <summary>What is nearly right is answered with what would be right.</summary>
public sealed class NearMissTests
{
    [Theory]
    [InlineData("2024.06.01", "2024.6.1")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("V1.0.0", "1.0.0")]
    [InlineData("1.0.0-RC1", "1.0.0-rc1")]
    [InlineData("000.1.0", "0.1.0")]
    public void Version_NearlyRight_IsNamedInTheHint(string typed, string meant) =>
        Assert.StartsWith($"write {meant}: ", Expect.Code("MR0102", () => ModelVersion.Parse(typed)).Hint, StringComparison.Ordinal);

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("latest")]
    [InlineData("1..2")]
    [InlineData("")]
    public void Version_OfNoKnownForm_IsNotGuessed(string typed) =>
        Assert.StartsWith("write major.minor.patch", Expect.Code("MR0102", () => ModelVersion.Parse(typed)).Hint, StringComparison.Ordinal);

    [Fact]
    public void Selector_ThatIsADateWithZeros_NamesTheVersion() =>
        Assert.Equal("write 2024.6.1 for that version", Expect.Code("MR0103", () => Selector.Parse("2024.06.01")).Hint);

    [Theory]
    [InlineData("m@production", "write m/@production, ")]
    [InlineData("m@1.0.0", "write m/1.0.0, ")]
    public void Reference_WithAnAtSignBehindTheName_NamesTheWayToWriteIt(string typed, string hint) =>
        Assert.StartsWith(hint, Expect.Code("MR0101", () => ModelReference.Parse(typed)).Hint, StringComparison.Ordinal);

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Json_InUtf16_IsReadWithItsMark_AndSaysWhatItIsWithoutOne(string encoding)
    {
        var text = Encoding.GetEncoding(encoding);
        var json = text.GetBytes("""{ "a": 0.5 }""");

        Assert.Equal(0.5, Metrics.ParseJson((byte[])[.. text.GetPreamble(), .. json], "m.json")["a"]);
        Assert.Contains("is UTF-16 text", Expect.Code("MR0110", () => Metrics.ParseJson(json, "m.json")).Message, StringComparison.Ordinal);
    }
}
