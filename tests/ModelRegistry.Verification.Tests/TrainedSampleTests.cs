using System.Text.Json;
using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Tests;

/// <summary>The trained samples give what PyTorch gives.</summary>
public sealed class TrainedSampleTests
{
    [Theory]
    [InlineData("resnet18-baseline")]
    [InlineData("resnet18-improved")]
    [InlineData("mobilenet_v2")]
    [InlineData("densenet121")]
    [InlineData("unet")]
    public void EverySample_PassesItsVerification_WithTheGoldenOutputOfPyTorch(string folder)
    {
        var report = Samples.Describe(folder).Verify();

        Assert.True(report.Passed, string.Join("; ", report.Checks.Where(c => !c.Passed)));
        Assert.Contains(report.Checks, c => c.Name == "golden");
    }

    [Theory]
    [InlineData("resnet18-baseline")]
    [InlineData("resnet18-improved")]
    [InlineData("mobilenet_v2")]
    [InlineData("densenet121")]
    public void HeldOutDigits_GetTheClassThatPyTorchGave_ImageByImage(string folder)
    {
        using var predictions = JsonDocument.Parse(File.ReadAllText(Samples.Digits("heldout", "predictions.json")));
        var model = predictions.RootElement.GetProperty("models").GetProperty(folder);
        var expected = model.GetProperty("predictions").GetString()!;
        var images = NpyFile.Read(Samples.Digits("heldout", "images.npy"));
        var labels = NpyFile.Read(Samples.Digits("heldout", "labels.npy")).Bytes.Span;
        var (manifest, paths) = Samples.Describe(folder);
        using var runner = ModelRunner.Load(
            paths[manifest.Weights.Path.Value], manifest.Architecture!, Inference.ImagePreprocessing.Parse(JsonDocument.Parse(PreprocessingJson.Write(manifest.Preprocessing!)).RootElement));
        const int pixels = 28 * 28;

        var correct = 0;
        var different = new List<int>();
        for (var i = 0; i < expected.Length; i++)
        {
            var predicted = runner.Classify(ImageInput.FromBytes(28, 28, 1, images.Bytes.Span.Slice(i * pixels, pixels)), top: 1)[0].Index;
            if (predicted == labels[i]) correct++;
            if (predicted != expected[i] - '0') different.Add(i);
        }

        Assert.Empty(different);
        Assert.Equal(model.GetProperty("correct").GetInt32(), correct);
    }

    [Fact]
    public void Image_IsClassifiedWithItsLabel()
    {
        var image = Directory.GetFiles(Samples.Digits("heldout"), "7-*.png")[0];

        var report = Samples.Describe("resnet18-improved").Verify(new VerifyOptions { Image = image, Top = 3 });

        Assert.True(report.Passed);
        Assert.Equal(3, report.Top.Length);
        Assert.Equal("7", report.Top[0].Label);
        Assert.InRange(report.Top[0].Probability, 0.5, 1.0);
    }

    [Fact]
    public void ImageOfAnotherFormat_IsAFailedCheckThatNamesIt()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0]);
        try
        {
            var report = Samples.Describe("resnet18-improved").Verify(new VerifyOptions { Image = path });

            Assert.Contains(report.Checks, c => c is { Name: "input", Passed: false } && c.Detail.Contains("MR0620", StringComparison.Ordinal) && c.Detail.Contains("JPEG", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
