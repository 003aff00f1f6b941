using System.Text.Json;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Tests.Goldens;

/// <summary>Architectures proposed from the graphs of files that PyTorch writes while the test runs: they load, and give its outputs.</summary>
public sealed class GraphProposalTests
{
    [PyTorchTheory]
    [InlineData("resnet18")]
    [InlineData("mobilenet_v2")]
    [InlineData("densenet121")]
    [InlineData("mlp")]
    [InlineData("transformer")]
    [InlineData("lenet")]
    [InlineData("recurrent")]
    public void For_AGraphOfPyTorch_GivesItsOutputs(string name)
    {
        var folder = Directory.CreateTempSubdirectory("graph-proposals-").FullName;
        try
        {
            var (exitCode, error) = PyTorchTheoryAttribute.Run(Fixtures.At("make_graph_models.py"), folder, name);
            Assert.True(exitCode == 0, error);
            var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement;
            foreach (var file in new[] { "traced.pt", "scripted.pt", "exported.onnx" })
            {
                using var weights = WeightsFile.Open(Path.Combine(folder, file));
                // Scripted code and ONNX have the weights of recurrent layers under no names of their own.
                if (name == "recurrent" && file != "traced.pt")
                {
                    Assert.Contains("LSTM", Assert.Throws<InferenceException>(() => ArchitectureProposal.For(weights)).Message, StringComparison.OrdinalIgnoreCase);
                    continue;
                }

                var proposal = ArchitectureProposal.For(weights);
                using var model = CompiledModel.Load(weights, Architecture.Parse(proposal.Architecture.ToJson()));

                var actual = Assert.Single(model.Run([Input(expected, isWhole: name is "transformer" or "recurrent")]));

                Assert.Equal(Longs(expected, "output"), actual.Shape);
                var values = expected.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToArray();
                var difference = new GoldenOutput([.. Longs(expected, "output")], values).RelativeError(actual.Values.Span);
                Assert.True(difference < 1e-4, $"{file}: {difference}");
            }

            if (name != "mlp") return;
            using var attention = WeightsFile.Open(Path.Combine(folder, "attention.pt"));
            Assert.Contains("nn.MultiheadAttention", Assert.Throws<InferenceException>(() => ArchitectureProposal.For(attention)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TensorValue Input(JsonElement expected, bool isWhole)
    {
        var numbers = expected.GetProperty("input").EnumerateArray();
        return isWhole ? new TensorValue(Longs(expected, "shape"), numbers.Select(v => v.GetInt64()).ToArray()) : new TensorValue(Longs(expected, "shape"), numbers.Select(v => v.GetSingle()).ToArray());
    }

    private static long[] Longs(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(v => v.GetInt64())];
}
