using ModelRegistry.Inference.Tests.Architectures;

namespace ModelRegistry.Inference.Tests.Running;

/// <summary>Names that wrappers and old libraries put on keys.</summary>
public sealed class RenamedKeyTests
{
    private static readonly string s_linear = Sketch.Of("""{ "op": "linear", "key": "fc" }""");

    [Theory]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("_orig_mod.")]
    [InlineData("module.model.net.")]
    [InlineData("_orig_mod.module.backbone.")]
    public void Load_CommonPrefix_IsSeenThroughAndSaid(string prefix)
    {
        using var model = Sketch.Load(s_linear, Linear(prefix));
        using var plain = Sketch.Load(s_linear, Linear(""));

        Assert.Contains($"'{prefix}'", Assert.Single(model.Notes), StringComparison.Ordinal);
        Assert.Empty(plain.Notes);
        Assert.Equal(plain.Run(Sketch.Tensor(1, 3))[0].Values.ToArray(), model.Run(Sketch.Tensor(1, 3))[0].Values.ToArray());
    }

    [Fact]
    public void Load_PrefixThatTheNetworkHasItself_IsLeftAlone()
    {
        using var model = Sketch.Load(Sketch.Of("""{ "op": "linear", "key": "module.fc" }"""), Linear("module."));

        Assert.Empty(model.Notes);
    }

    [Fact]
    public void Load_PrefixOnSomeKeysOnly_IsRefusedWithTheKeysAsTheyAre()
    {
        var refusal = Assert.IsType<StateDictException>(Sketch.Refusal(s_linear, new MemoryWeights().With("module.fc.weight", 2, 3).With("fc.bias", 2)));

        Assert.Equal(["fc.weight"], refusal.Difference.Missing);
        Assert.Equal(["module.fc.weight"], refusal.Difference.Unexpected);
    }

    [Fact]
    public void Load_PrefixAndAnotherFault_NamesOnlyTheFault()
    {
        var refusal = Assert.IsType<StateDictException>(Sketch.Refusal(s_linear, Linear("module.").With("module.extra", 1)));

        Assert.Empty(refusal.Difference.Missing);
        Assert.Equal(["extra"], refusal.Difference.Unexpected);
    }

    [Fact]
    public void Load_KeysAlmostRight_ShowsTheNearestPairs()
    {
        var refusal = Assert.IsType<StateDictException>(Sketch.Refusal(s_linear, new MemoryWeights().With("fcc.weight", 2, 3).With("fcc.bias", 2)));

        Assert.Equal([("fc.weight", "fcc.weight"), ("fc.bias", "fcc.bias")], refusal.Difference.NearestPairs);
        Assert.Contains("fc.weight and fcc.weight", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OldNamesOfDenseNet_AreMappedAndSaid()
    {
        var weights = MemoryWeights.OfGolden("densenet121").Renamed(key => System.Text.RegularExpressions.Regex.Replace(key, "(denselayer[0-9]+[.](?:norm|conv))([12])", "$1.$2"));
        Assert.Contains("features.denseblock1.denselayer1.norm.1.weight", weights.Keys);

        using var model = CompiledModel.Load(weights, Architecture.Get("densenet121"));

        Assert.Contains("old names", Assert.Single(model.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RenameRules_ApplyOneAfterAnotherAndBehindAPrefix()
    {
        var json = Sketch.Of("""{ "op": "linear", "key": "fc" }""", more: """ "rename": [{ "from": "^dense", "to": "fully", "note": "dense layers" }, { "from": "^fully_(\\d)", "to": "fc" }],""");

        using var model = Sketch.Load(json, new MemoryWeights().With("net.dense_1.weight", 2, 3).With("net.dense_1.bias", 2));

        Assert.Equal(2, model.Notes.Count);
        Assert.Contains("dense layers: 2 tensors were renamed, such as dense_1.weight to fully_1.weight", model.Notes);
    }

    [Fact]
    public void Load_RenameRulesThatMapTwoKeysToOne_AreRefused()
    {
        var json = Sketch.Of("""{ "op": "linear", "key": "fc" }""", more: """ "rename": [{ "from": "^(a|b)[.]", "to": "fc." }],""");

        var refusal = Sketch.Refusal(json, new MemoryWeights().With("a.weight", 2, 3).With("b.weight", 2, 3));

        Assert.Equal("MR0626", refusal.Code);
        Assert.Contains("'a.weight' and 'b.weight'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[z-a]")]
    public void Parse_RenameRuleThatIsNoExpression_IsRefusedWithItsPlace(string from)
    {
        var refusal = Assert.ThrowsAny<InferenceException>(() => Architecture.Parse(Sketch.Of("""{ "op": "relu" }""", more: $$""" "rename": [{ "from": "{{from}}", "to": "" }],""")));

        Assert.Equal(("MR0627", "$.rename[0].from"), (refusal.Code, refusal.Where));
    }

    [Fact]
    public void Load_RenameRuleThatNeverEnds_IsRefusedInTime()
    {
        var json = Sketch.Of("""{ "op": "linear", "key": "fc" }""", more: """ "rename": [{ "from": "^(a+)+$", "to": "x" }],""");

        var refusal = Sketch.Refusal(json, new MemoryWeights().With(new string('a', 200) + "b", 1));

        Assert.Equal("MR0627", refusal.Code);
    }

    private static MemoryWeights Linear(string prefix) => new MemoryWeights().With(prefix + "fc.weight", 2, 3).With(prefix + "fc.bias", 2);
}
