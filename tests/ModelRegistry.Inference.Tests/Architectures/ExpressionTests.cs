using ModelRegistry.Inference.Architectures.Expressions;

namespace ModelRegistry.Inference.Tests.Architectures;

public sealed class ExpressionTests
{
    private static readonly ExpressionScope s_scope = Scope();

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("7 % 4 - -2", 5)]
    [InlineData("12 / 4 / 3", 1)]
    [InlineData("dim('a.weight', 0)", 4)]
    [InlineData("dim('a.weight', -1)", 5)]
    [InlineData("dim('{letter}.weight', 1)", 3)]
    [InlineData("rank('a.weight')", 3)]
    [InlineData("count('block#.weight', 1)", 3)]
    [InlineData("count('none#')", 0)]
    [InlineData("min(3, max(1, 2))", 2)]
    [InlineData("list[1] + len(list)", 23)]
    [InlineData("has('a.weight') ? 1 : 2", 1)]
    [InlineData("has('b.weight') || 1 > 2 ? 1 : 2", 2)]
    [InlineData("!(1 == 2) && 'x' == 'x' && true != false ? 1 : 0", 1)]
    public void Evaluate_WholeNumber_IsComputed(string text, long expected) =>
        Assert.Equal(expected, Expression.Parse(text).Evaluate(s_scope).AsInteger());

    [Theory]
    [InlineData("9223372036854775807 + 1", "64 bits")]
    [InlineData("9223372036854775807 * 2", "64 bits")]
    [InlineData("(0 - 9223372036854775807 - 1) / -1", "64 bits")]
    [InlineData("99999999999999999999", "64 bits")]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("1 % 0", "division by zero")]
    [InlineData("7 / 2", "not a whole number")]
    [InlineData("unknown", "nothing is called")]
    [InlineData("system('x')", "no function")]
    [InlineData("dim('a.weight', 3)", "none numbered 3")]
    [InlineData("dim('a.weight')", "takes 2 arguments")]
    [InlineData("list[2]", "outside a list")]
    [InlineData("1[0]", "only a list")]
    [InlineData("1 + true", "whole number is needed")]
    [InlineData("1 ? 2 : 3", "true or false")]
    [InlineData("1 == 'x'", "cannot be compared")]
    [InlineData("count('a')", "exactly one '#'")]
    [InlineData("1 +", "unexpected the end")]
    [InlineData("(1", "')' is expected")]
    [InlineData("'open", "no closing quote")]
    [InlineData("1 2", "unexpected '2'")]
    [InlineData("a ; b", "unexpected ';'")]
    [InlineData("", "unexpected the end")]
    public void Evaluate_Mistake_IsExplained(string text, string reason)
    {
        var exception = Assert.Throws<ExpressionException>(() => Expression.Parse(text).Evaluate(s_scope));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefused()
    {
        foreach (var text in new[] { new string('(', 500) + "1", new string('-', 900) + "1", string.Concat(Enumerable.Repeat("min(1,", 100)), new string('1', 2000) })
            Assert.Throws<ExpressionException>(() => Expression.Parse(text));
    }

    [Fact]
    public void Parse_RandomText_ParsesOrIsExplained()
    {
        var random = new Random(11);
        string[] parts = ["1", "x", "'t'", "(", ")", "+", "-", "*", "/", "%", "?", ":", "[", "]", ",", "dim", "list", "==", "&&", "!", "{", "}", "#", " "];
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            var exception = Record.Exception(() => Expression.Parse(text).Evaluate(s_scope));
            Assert.True(exception is null or ExpressionException, $"{text}: {exception}");
        }
    }

    [Fact]
    public void Interpolate_NameThatGrows_IsRefused()
    {
        var scope = s_scope.Nested();
        scope.Define("long", new TextValue(new string('a', 300)));

        Assert.Equal("block3.weight", Expression.Interpolate("block{1 + 2}.weight", scope));
        Assert.Throws<ExpressionException>(() => Expression.Interpolate("{long}{long}", scope));
        Assert.Throws<ExpressionException>(() => Expression.Interpolate("{1", scope));
        Assert.Throws<ExpressionException>(() => Expression.Interpolate("{list}", scope));
    }

    private static ExpressionScope Scope()
    {
        var weights = new MemoryWeights().With("a.weight", 4, 3, 5).With("block1.weight", 1).With("block2.weight", 1).With("block3.weight", 1).With("block5.weight", 1);
        var scope = new ExpressionScope(weights, _ => { });
        scope.Define("letter", new TextValue("a"));
        scope.Define("list", new ListValue([10, 21]));
        return scope;
    }
}
