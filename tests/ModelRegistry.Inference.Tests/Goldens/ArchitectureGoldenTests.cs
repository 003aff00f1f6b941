using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>Narrow variants of every built-in network, with weights and outputs from torchvision.</summary>
public sealed class ArchitectureGoldenTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names { get; } =
        [.. Directory.GetFiles(Fixtures.At("goldens"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_WeightsOfTorchvision_GivesItsOutputs(string name)
    {
        var golden = Golden.Read(Fixtures.At("goldens", name + ".json"));
        using var weights = WeightsFile.Open(Fixtures.At("goldens", golden.Weights));
        using var model = CompiledModel.Load(weights, ArchitectureOf(golden.Architecture), new InferenceOptions { Threads = 2 });

        Assert.All(golden.Cases, expected =>
        {
            var actual = Assert.Single(model.Run(expected.InputTensor()));
            Assert.Equal(expected.Output, actual.Shape);
            Assert.InRange(expected.Outputs[0].RelativeError(actual.Values.Span), 0, Tolerance);
        });
    }

    internal static Architecture ArchitectureOf(string name) => Architecture.BuiltIn.Contains(name)
        ? Architecture.Get(name)
        : Architecture.Parse(File.ReadAllText(Fixtures.At(name + ".architecture.json")));
}
