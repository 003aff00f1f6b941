using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>The built-in networks at torchvision's own sizes, made and computed by PyTorch while the test runs.</summary>
public sealed class FullSizeGoldenTests
{
    public static TheoryData<string> Names { get; } = [.. Architecture.BuiltIn];

    [PyTorchTheory]
    [MemberData(nameof(Names))]
    public void Run_FullSizeWeightsOfTorchvision_GivesItsOutputs(string name)
    {
        var folder = Directory.CreateTempSubdirectory("architecture-goldens-").FullName;
        try
        {
            var (exitCode, error) = PyTorchTheoryAttribute.Run(Fixtures.At("make_architecture_goldens.py"), "full", folder, name);
            Assert.True(exitCode == 0, error);
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
        using var model = CompiledModel.Load(weights, Architecture.Get(golden.Architecture));
        Assert.All(golden.Cases, expected =>
        {
            var actual = Assert.Single(model.Run(expected.InputTensor()));
            Assert.Equal(expected.Output, actual.Shape);
            Assert.InRange(expected.RelativeError(actual.Values.Span), 0, 1e-4);
        });
    }
}
