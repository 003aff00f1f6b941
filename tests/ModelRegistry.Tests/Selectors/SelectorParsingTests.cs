using FsCheck;
using FsCheck.Fluent;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Selectors;

public sealed class SelectorParsingTests
{
    [Theory]
    [InlineData("latest")]
    [InlineData("best")]
    [InlineData("best:f1")]
    [InlineData("best:loss:min")]
    [InlineData("1.1.0")]
    [InlineData("v1.1.0")]
    [InlineData("1.*")]
    [InlineData("*")]
    [InlineData("v1")]
    [InlineData("1.2")]
    [InlineData("[1.0,2.0)")]
    [InlineData("(,2.0]")]
    [InlineData("1.*-*")]
    [InlineData("2.0.0-rc*")]
    [InlineData("^1.2")]
    [InlineData("~1.2")]
    [InlineData(">=1.0")]
    [InlineData(">=1.0 <2.0")]
    [InlineData("1 || 3")]
    [InlineData("1.x")]
    [InlineData("[1.0]")]
    [InlineData("[v1.0, v2.0)")]
    [InlineData("@production")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Parse_EveryFormOfTheDesign_IsRead(string text) => Assert.Equal(text, Selector.Parse(text).Text);

    [Theory]
    [InlineData("")]
    [InlineData("newest")]
    [InlineData("best:")]
    [InlineData("best:a<b")]
    [InlineData("@")]
    [InlineData("@Prod")]
    [InlineData("@../x")]
    [InlineData("1.2.3.4")]
    [InlineData("[2.0,1.0]")]
    [InlineData("[1.0")]
    [InlineData("sha256:12")]
    [InlineData("1.0.0+x")]
    [InlineData("-1")]
    [InlineData(">=")]
    [InlineData("=>1.0")]
    [InlineData("^a")]
    [InlineData("^1.0.0+x")]
    [InlineData("1 ||| 2")]
    [InlineData("1.")]
    [InlineData("1.2.3.*")]
    [InlineData("(1.0)")]
    [InlineData("(1.0,1.0]")]
    [InlineData("[1.*,2.0)")]
    [InlineData("[1.0,2.0,3.0]")]
    [InlineData("[.,2.0)")]
    [InlineData("[1.0.0-RC,2.0)")]
    [InlineData("[01.0,2.0)")]
    [InlineData("x")]
    [InlineData("1.0.0-RC*")]
    public void Parse_UnknownForm_IsRefused(string text) => Expect.Code("MR0103", () => Selector.Parse(text));

    [Fact]
    public void Parse_AnyText_GivesASelectorOrACodedError() =>
        Prop.ForAll<string>(text =>
        {
            if (text is null || Selector.TryParse(text, out _)) return;
            Expect.Code("MR0103", () => Selector.Parse(text));
        }).QuickCheckThrowOnFailure();
}
