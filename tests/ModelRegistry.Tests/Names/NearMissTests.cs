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

    [Theory]
    [InlineData("""{ "accuracy": 0.9, "accuracy": 0.8 }""", "m.json holds 'accuracy' twice")]
    [InlineData("""{ "a": [{ "f1": NaN }], "macro avg": { "f1": 1, "f1": 2 } }""", "m.json holds 'macro avg.f1' twice")]
    [InlineData("{ \"a\u001b[2J\": 1, \"a\u001b[2J\": 2 }", "is not valid JSON, line 1")]
    [InlineData("epoch,loss\n1,0.5\n", "it looks like CSV, YAML or plain text; write an object")]
    [InlineData("accuracy: 0.9\n", "it looks like CSV, YAML or plain text; write an object")]
    [InlineData(" \n", "the file is empty; write an object")]
    [InlineData("<!DOCTYPE html>", "it looks like a web page")]
    [InlineData("""{ "a": 1 """, "line 1, column 10; check the file with a JSON validator")]
    public void Json_ThatCannotBeRead_SaysWhatItIs(string text, string said) =>
        Assert.Contains(said, Expect.Code("MR0110", () => Metrics.ParseJson(Encoding.UTF8.GetBytes(text), "m.json")) is var failure ? $"{failure.Message}; {failure.Hint}" : "", StringComparison.Ordinal);
}
