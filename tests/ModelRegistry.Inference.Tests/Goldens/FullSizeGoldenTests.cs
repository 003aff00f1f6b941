using ModelRegistry.Inference.Architectures;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>The built-in networks at torchvision's own sizes, made and computed by PyTorch while the test runs.</summary>
public sealed class FullSizeGoldenTests(GoldenMaker maker) : IClassFixture<GoldenMaker>
{
    /// <summary>
    /// Every network with a file of its own, the variants that differ from it in more than a number of layers, and recurrent networks that
    /// only a file beside the weights knows. With MODELREG_ALL_NETWORKS=1, which takes minutes, every network.
    /// </summary>
    public static TheoryData<string> Names { get; } = Environment.GetEnvironmentVariable("MODELREG_ALL_NETWORKS") == "1"
        ? [.. Architecture.BuiltIn, "lstm_classifier", "gru_forecaster"]
        : [.. Architecture.BuiltIn.Except(BuiltInArchitectures.Variants), "resnext50_32x4d", "vgg11_bn", "squeezenet1_1", "mobilenet_v3_small", "lstm_classifier", "gru_forecaster"];

    [Fact]
    public void Variants_OfANetwork_AreNetworksOfTheirOwnName() => Assert.All(BuiltInArchitectures.Variants, name =>
    {
        var variant = Architecture.Get(name);

        Assert.Equal(name, variant.Name);
        Assert.All(Architecture.BuiltIn.Where(other => other != name), other => Assert.NotEqual(variant.Description, Architecture.Get(other).Description));
    });

    [PyTorchTheory]
    [MemberData(nameof(Names))]
    public void Run_FullSizeWeightsOfTorchvision_GivesItsOutputs(string name)
    {
        var folder = Directory.CreateTempSubdirectory("architecture-goldens-").FullName;
        try
        {
            maker.Make(folder, name);
            foreach (var path in Directory.GetFiles(folder, "*.json"))
                Compare(Golden.Read(path), folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(Golden golden, string folder)
    {
        using var weights = WeightsFile.Open(Path.Combine(folder, golden.Weights));
        using var model = CompiledModel.Load(weights, ArchitectureGoldenTests.ArchitectureOf(golden.Architecture));
        Assert.All(golden.Cases, expected =>
        {
            var actual = model.Run(expected.Inputs);
            Assert.Equal(expected.Outputs.Count, actual.Count);
            Assert.All(expected.Outputs.Zip(actual), pair =>
            {
                Assert.Equal(pair.First.Shape, pair.Second.Shape);
                Assert.InRange(pair.First.RelativeError(pair.Second.Values.Span), 0, 1e-4);
            });
        });
    }
}
