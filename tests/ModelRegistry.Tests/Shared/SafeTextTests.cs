using System.Globalization;
using FsCheck.Fluent;
using ModelRegistry.Shared;

namespace ModelRegistry.Tests.Shared;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("ä 模 🙂", "ä 模 🙂")]
    [InlineData("a\nb\e[31m", "a\\u000ab\\u001b[31m")]
    [InlineData("\u202Egnp.exe", "\\u202egnp.exe")]
    [InlineData("a\u2028b\u200b", "a\\u2028b\\u200b")]
    public void OneLine_HarmfulCharacters_AreShownAndDoNothing(string text, string shown) => Assert.Equal(shown, SafeText.OneLine(text));

    [Fact]
    public void OneLine_HalfOfAPair_IsShown() => Assert.Equal("\\ud800x", SafeText.OneLine("\ud800x"));

    [Fact]
    public void OneLine_LongText_IsCut() => Assert.Equal("aaaa…", SafeText.OneLine(new string('a', 1_000_000), 4));

    [Fact]
    public void Lines_KeepsLinesAndTabsOnly() => Assert.Equal("a\n\tb\\u0007", SafeText.Lines("a\r\n\tb\a"));

    [Fact]
    public void OneLine_AnyText_HasNoCharacterThatActs() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        SafeText.OneLine(text ?? "").EnumerateRunes().All(r => System.Text.Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))));
}
