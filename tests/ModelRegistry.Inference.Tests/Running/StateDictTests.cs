using ModelRegistry.Inference.Architectures;
using ModelRegistry.Inference.Tests.Architectures;

namespace ModelRegistry.Inference.Tests.Running;

/// <summary>Strict load: every missing, unexpected and misshapen key is named.</summary>
public sealed class StateDictTests
{
    private static readonly Architecture s_resnet18 = Architecture.Get("resnet18");

    [Theory]
    [InlineData("conv1.weight")]
    [InlineData("layer1.0.conv2.weight")]
    [InlineData("layer4.1.bn2.running_var")]
    [InlineData("layer2.0.downsample.0.weight")]
    [InlineData("layer2.0.downsample.1.weight")]
    [InlineData("fc.weight")]
    [InlineData("fc.bias")]
    public void Load_OneTensorRemoved_NamesExactlyIt(string key)
    {
        var difference = Refusal(MemoryWeights.OfGolden("resnet18").Without(key)).Difference;

        Assert.Equal([key], difference.Missing);
        Assert.Empty(difference.Unexpected);
        Assert.Empty(difference.Misshapen);
    }

    [Fact]
    public void Load_LayerOfAnotherWidth_IsReportedTogetherWithEverythingElse()
    {
        var weights = MemoryWeights.OfGolden("resnet18").With("layer2.0.downsample.0.weight", 7, 4, 1, 1).Without("fc.bias").With("stray", 1);

        var difference = Refusal(weights).Difference;

        Assert.Equal(["fc.bias"], difference.Missing);
        Assert.Equal(["stray"], difference.Unexpected);
        Assert.Contains("layer2.0.downsample.1.weight is [8], expected [7]", difference.Misshapen);
    }

    [Theory]
    [InlineData("conv1.weight", 4, 3, 49, 1)]
    [InlineData("layer2.0.conv2.weight", 8, 8, 9)]
    [InlineData("layer2.0.conv2.weight", 8, 3, 3, 8)]
    [InlineData("layer3.1.bn1.running_mean", 1, 16)]
    [InlineData("fc.weight", 32, 10)]
    public void Load_OneTensorReshaped_NamesExactlyIt(string key, params int[] shape)
    {
        var exception = Refusal(MemoryWeights.OfGolden("resnet18").Reshaped(key, Sketch.Long(shape)));

        Assert.StartsWith(key + " is [", Assert.Single(exception.Difference.Misshapen), StringComparison.Ordinal);
        Assert.Empty(exception.Difference.Missing);
        Assert.Empty(exception.Difference.Unexpected);
        Assert.Contains("1 misshapen", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnexpectedTensor_IsNamedEscapedOnOneLine()
    {
        var exception = Refusal(MemoryWeights.OfGolden("resnet18").With("extra\n\u202e.weight", 1));

        Assert.Equal(["extra\n\u202e.weight"], exception.Difference.Unexpected);
        Assert.Contains("extra\\u000a\\u202e.weight", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BuffersOfTraining_AreTolerated()
    {
        var weights = MemoryWeights.OfGolden("resnet18");
        Assert.Contains("bn1.num_batches_tracked", weights.Keys);

        CompiledModel.Load(weights, s_resnet18).Dispose();
        CompiledModel.Load(weights.Without("bn1.num_batches_tracked"), s_resnet18).Dispose();
    }

    [Fact]
    public void Load_WeightsOfEveryOtherArchitecture_AreRefusedWithTheirKeys()
    {
        foreach (var name in MemoryWeights.GoldenNames)
        {
            var weights = MemoryWeights.OfGolden(name);
            foreach (var other in Architecture.BuiltIn.Except(BuiltInArchitectures.Variants).Append("resnet34").Where(other => other != name))
            {
                var exception = Assert.Throws<StateDictException>(() => CompiledModel.Load(weights, Architecture.Get(other)).Dispose());
                Assert.False(exception.Difference.IsEmpty);
                Assert.Contains($"'{other}'", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Load_TensorsThatAreNotFinite_AreAllNamed(float value)
    {
        var weights = MemoryWeights.OfGolden("resnet18").Poisoned("layer3.0.conv1.weight", value).Poisoned("fc.bias", value).Poisoned("bn1.running_mean", value);

        var exception = Assert.Throws<InferenceException>(() => CompiledModel.Load(weights, s_resnet18).Dispose());

        Assert.Equal(InferenceCodes.WeightsNotFinite, exception.Code);
        Assert.Contains("bn1.running_mean, fc.bias, layer3.0.conv1.weight", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RandomDamageToAStateDict_NeverCrashes()
    {
        var random = new Random(3);
        foreach (var name in MemoryWeights.GoldenNames)
        {
            var keys = MemoryWeights.OfGolden(name).Keys.ToArray();
            for (var round = 0; round < 8; round++)
            {
                var weights = MemoryWeights.OfGolden(name);
                for (var change = 0; change < 3; change++)
                {
                    var key = keys[random.Next(keys.Length)];
                    weights = random.Next(3) switch
                    {
                        0 => weights.Without(key),
                        1 => weights.With(key, [.. Enumerable.Range(0, random.Next(5)).Select(_ => (long)random.Next(0, 6))]),
                        _ => weights.With(key + "x", 2),
                    };
                }

                var exception = Record.Exception(() => CompiledModel.Load(weights, Architecture.Get(name)).Dispose());
                Assert.True(exception is null or InferenceException, exception?.ToString());
            }
        }
    }

    private static StateDictException Refusal(MemoryWeights weights) =>
        Assert.Throws<StateDictException>(() => CompiledModel.Load(weights, s_resnet18).Dispose());
}
