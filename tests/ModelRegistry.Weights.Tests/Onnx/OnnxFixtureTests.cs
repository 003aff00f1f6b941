using System.Security.Cryptography;
using System.Text.Json;

namespace ModelRegistry.Weights.Tests.Onnx;

/// <summary>Models that real PyTorch exported; fixtures/make_onnx.py made them and wrote down what they hold.</summary>
public sealed class OnnxFixtureTests
{
    [Theory]
    [InlineData("convolutional")]
    [InlineData("inputs_listed")]
    [InlineData("every_type")]
    public void Open_ExportedModel_HasPyTorchsTensorsBitForBit(string name)
    {
        using var file = WeightsFile.Open(Fixture($"{name}.onnx"));
        using var expected = JsonDocument.Parse(File.ReadAllText(Fixture($"{name}.json")));

        foreach (var tensor in expected.RootElement.EnumerateObject())
        {
            Assert.True(file.TryGetTensor(tensor.Name, out var actual), tensor.Name);
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), actual.DType.DisplayName());
            Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64()), actual.Shape);
            Assert.Equal(tensor.Value.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(actual.Bytes)));
        }
        Assert.Equal(expected.RootElement.EnumerateObject().Count(), file.Tensors.Count);
    }

    [Fact]
    public void Open_ExportedModel_TellsSignatureProducerAndOperators()
    {
        using var file = Assert.IsType<OnnxFile>(WeightsFile.Open(Fixture("convolutional.onnx")));

        Assert.Equal(WeightsFormat.Onnx, file.Format);
        Assert.Equal(7, file.Model.IrVersion);
        Assert.Equal("pytorch", file.Model.ProducerName);
        Assert.Equal("1.13.0", file.Model.ProducerVersion);
        Assert.Equal(13, file.Model.Opsets[""]);
        Assert.Equal("13", file.Metadata["opset"]);
        Assert.Equal(1, file.Model.Operators["Conv"]);

        var input = Assert.Single(file.Model.Inputs);
        Assert.Equal(("image", "tensor(float)", DType.Float32), (input.Name, input.Type, input.DType));
        Assert.Equal("batch, 3, 8, 8", string.Join(", ", input.Dimensions));
        var signature = file.Signature;
        Assert.Equal<long>([-1, 3, 8, 8], Assert.Single(signature.Inputs).Shape);
        Assert.Equal<long>([-1, 5], Assert.Single(signature.Outputs).Shape);
    }

    [Fact]
    public void Open_InitializersListedAsInputs_AreNotPartOfTheSignature()
    {
        using var file = Assert.IsType<OnnxFile>(WeightsFile.Open(Fixture("inputs_listed.onnx")));
        Assert.Equal<long>([4, 3], Assert.Single(file.Model.Inputs).Dimensions.Select(dimension => dimension.Extent));
        Assert.Equal(2, file.Tensors.Count);
    }

    [Fact]
    public void Open_MutatedModels_GiveAResultOrACodedError()
    {
        var random = new Random(11);
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(Fixture("every_type.onnx"))!, "*.onnx"))
        {
            var genuine = File.ReadAllBytes(path);
            for (var round = 0; round < 2_000; round++)
            {
                var bytes = (byte[])genuine.Clone();
                for (var i = random.Next(1, 5); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    using var file = WeightsFile.Open(bytes.AsMemory(0, random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length));
                    foreach (var tensor in file.Tensors.Where(tensor => tensor.HasData))
                        tensor.CopyTo(Stream.Null);
                }
                catch (WeightsFormatException e)
                {
                    Assert.StartsWith("MR05", e.Code, StringComparison.Ordinal);
                }
            }
        }
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", "onnx", name);
}
