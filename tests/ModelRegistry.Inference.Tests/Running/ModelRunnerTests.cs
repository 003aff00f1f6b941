using ModelRegistry.Inference.Tests.Goldens;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Tests.Running;

public sealed class ModelRunnerTests
{
    private static readonly string s_weights = Fixtures.At("goldens", "resnet18.pth");
    private static readonly ImageInput s_photo = ImageInput.Load(Fixtures.At("images", "photo.png"));
    private static readonly string[] s_labels = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")];

    [Fact]
    public void Classify_Image_RanksLabelsByProbability()
    {
        using var runner = ModelRunner.Load(s_weights, "resnet18", ImagePreprocessing.ImageNet with { Resize = 64, Crop = 64 }, s_labels);

        var top = runner.Classify(s_photo, top: 3);
        var all = runner.Classify(s_photo, top: 100);

        Assert.Equal(3, top.Count);
        Assert.Equal(top, all.Take(3));
        Assert.Equal(10, all.Count);
        Assert.Equal(1, all.Sum(one => one.Probability), 1e-5);
        Assert.Equal(all.OrderByDescending(one => one.Probability), all);
        Assert.All(all, one => Assert.Equal($"class {one.Index}", one.Label));
    }

    [Fact]
    public void Classify_WithoutLabels_NamesClassesByNumber()
    {
        using var runner = ModelRunner.Load(Fixtures.At("goldens", "mlp.pth"), "mlp", new ImagePreprocessing { Resize = 28, Crop = 28 });

        var best = runner.Classify(s_photo, top: 1)[0];

        Assert.Equal(best.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), best.Label);
    }

    [Fact]
    public void Run_Tensor_GivesTheGoldenOutput()
    {
        var golden = Golden.Read(Fixtures.At("goldens", "resnet18.json")).Cases[0];
        using var runner = ModelRunner.Load(s_weights, "resnet18");

        Assert.InRange(golden.Outputs[0].RelativeError(runner.Run(golden.InputTensor())[0].Values.Span), 0, 1e-4);
    }

    [Fact]
    public void Load_ACheckpointWithPlainValuesBesideTheTensors_Runs()
    {
        using var runner = ModelRunner.Load(Fixtures.At("lightning.ckpt"), "mlp");

        Assert.Equal([1, 3], runner.Run(new TensorValue([1, 4], (float[])[0.1f, 0.2f, 0.3f, 0.4f]))[0].Shape);
    }

    [Fact]
    public void Load_LabelsOfAnotherNumber_AreRefused()
    {
        var exception = Assert.Throws<InferenceException>(() => ModelRunner.Load(s_weights, "resnet18", labels: s_labels[1..]));

        Assert.Equal(InferenceCodes.LabelCount, exception.Code);
        Assert.Equal("9 labels for 10 classes", exception.Message);
    }

    [Fact]
    public void Classify_NetworkThatYieldsAnImage_IsRefused()
    {
        using var runner = ModelRunner.Load(Fixtures.At("goldens", "unet.pth"), "unet", new ImagePreprocessing { Resize = 16, Crop = 16 });

        Assert.Equal(InferenceCodes.NotAClassifier, Assert.Throws<InferenceException>(() => runner.Classify(s_photo)).Code);
    }

    [Fact]
    public void Load_FileThatIsNoWeights_LetsTheReadersRefusalThrough() =>
        Assert.StartsWith("MR05", Assert.Throws<WeightsFormatException>(() => ModelRunner.Load(Fixtures.At("images", "photo.png"), "resnet18")).Code, StringComparison.Ordinal);

    [Fact]
    public void ReadNpy_ArrayOfAnyShape_IsATensor()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.npy");
        try
        {
            using (var stream = File.Create(path))
                NpyFile.Write(stream, [2, 1, 2], [1f, 2, 3, 4]);

            var tensor = TensorValue.ReadNpy(path);

            Assert.Equal([2, 1, 2], tensor.Shape);
            Assert.Equal([1f, 2, 3, 4], tensor.Values.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(5, new long[] { 2, 3 })]
    [InlineData(0, new long[] { 0 })]
    [InlineData(1, new long[] { 4294967296, 4294967296 })]
    [InlineData(1, new long[] { 2147483647, 2147483647, 2147483647, 2147483647, 2147483647 })]
    [InlineData(1, new long[] { -1, -1 })]
    [InlineData(1, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void TensorValue_ShapeThatDoesNotFit_IsRefused(int values, long[] shape) =>
        Assert.Equal(InferenceCodes.InputMismatch, Assert.Throws<InferenceException>(() => new TensorValue(shape, new float[values])).Code);
}
