using FsCheck;
using FsCheck.Fluent;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Names;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("chest_xray_densenet")]
    [InlineData("a.b-c_d")]
    [InlineData("console")]
    public void Parse_NameThatKeepsTheRules_IsAccepted(string text) => Assert.Equal(text, ModelName.Parse(text).Value);

    [Theory]
    [InlineData("", null)]
    [InlineData("../x", "x")]
    [InlineData("CON", "model-con")]
    [InlineData("con", "model-con")]
    [InlineData("nul.pth", "model-nul.pth")]
    [InlineData("a/b", "a-b")]
    [InlineData("-x", "x")]
    [InlineData("x.", "x")]
    [InlineData("a..b", "a.b")]
    [InlineData("ResNet18", "resnet18")]
    [InlineData("my model", "my-model")]
    [InlineData("模型", null)]
    public void Parse_NameThatBreaksARule_IsRefusedWithASuggestion(string text, string? suggestion)
    {
        var failure = Expect.Code("MR0101", () => ModelName.Parse(text));

        if (suggestion is null) Assert.DoesNotContain("for example", failure.Hint!, StringComparison.Ordinal);
        else Assert.Contains($"'{suggestion}'", failure.Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LongestName_IsAcceptedAndOneMoreIsNot()
    {
        Assert.Equal(100, ModelName.Parse(new string('a', 100)).Value.Length);
        Expect.Code("MR0101", () => ModelName.Parse(new string('a', 101)));
    }

    [Fact]
    public void Parse_AnyText_EitherGivesANameThatIsASafeFolderOrACodedError() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            if (!ModelName.TryParse(text.Get, out var name))
            {
                Expect.Code("MR0101", () => ModelName.Parse(text.Get));
                return;
            }

            Assert.Equal(text.Get, name.Value);
            Assert.Equal(name.Value, Path.GetFileName(name.Value));
            Assert.DoesNotContain("..", name.Value, StringComparison.Ordinal);
            Assert.Equal(name.Value.ToLowerInvariant(), name.Value);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_EverySuggestion_IsItselfAName() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            if (ModelName.TryParse(text.Get, out _)) return;
            var hint = Expect.Code("MR0101", () => ModelName.Parse(text.Get)).Hint!;
            if (hint.StartsWith("use '", StringComparison.Ordinal)) ModelName.Parse(hint.Split('\'')[1]);
        }).QuickCheckThrowOnFailure();
}
