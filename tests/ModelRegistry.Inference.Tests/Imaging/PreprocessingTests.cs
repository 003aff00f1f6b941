using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelRegistry.Inference.Tests.Imaging;

/// <summary>Preprocessing beside torchvision's transforms on the same picture.</summary>
public sealed class PreprocessingTests
{
    private static readonly ImageInput s_photo = ImageInput.Load(Fixtures.At("images", "photo.png"));
    private static readonly Case[] s_cases = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Fixtures.At("images", "preprocessing.json")))!;

    [Fact]
    public void Apply_ResizeCropNormalize_EqualsTorchvisionOnTensors() => Assert.All(s_cases, expected =>
    {
        var actual = expected.Preprocessing.Apply(s_photo, expected.Channels);

        Assert.Equal(expected.Shape, actual.Shape);
        Assert.InRange(LargestDifference(expected.Values, actual), 0, 1e-4);
    });

    [Fact]
    public void Apply_ResizeCropNormalize_StaysWithinARoundingOfPillow() => Assert.All(s_cases, expected =>
    {
        var actual = expected.Preprocessing.Apply(s_photo, expected.Channels);

        // Pillow rounds to bytes after the columns, after the rows and after the conversion to grey.
        Assert.InRange(LargestDifference(expected.Pillow, actual), 0, 2.01 / 255 / expected.Std.Min());
    });

    [Fact]
    public void Apply_GreyImageForThreeChannels_RepeatsIt()
    {
        var grey = ImageInput.FromBytes(2, 1, 1, [0, 255]);

        var tensor = new ImagePreprocessing().Apply(grey, 3);

        Assert.Equal([1, 3, 1, 2], tensor.Shape);
        Assert.Equal([0f, 1, 0, 1, 0, 1], tensor.Values.ToArray());
    }

    [Fact]
    public void Apply_LayoutNhwc_PutsChannelsLast()
    {
        var image = ImageInput.FromBytes(2, 1, 3, [255, 0, 0, 0, 255, 0]);

        var tensor = new ImagePreprocessing { Layout = "NHWC" }.Apply(image, 3);

        Assert.Equal([1, 1, 2, 3], tensor.Shape);
        Assert.Equal([1f, 0, 0, 0, 1, 0], tensor.Values.ToArray());
    }

    [Theory]
    [InlineData("""{ "resize": "large" }""")]
    [InlineData("""{ "resize": 0 }""")]
    [InlineData("""{ "crop": 1.5 }""")]
    [InlineData("""{ "crop": 100000000 }""")]
    [InlineData("""{ "mean": [1, 2] }""")]
    [InlineData("""{ "mean": 1 }""")]
    [InlineData("""{ "std": [0] }""")]
    [InlineData("""{ "std": ["x"] }""")]
    [InlineData("""{ "layout": "CHWN" }""")]
    [InlineData("""[]""")]
    public void Parse_ImpossibleField_IsRefused(string json)
    {
        using var document = JsonDocument.Parse(json);

        var exception = Assert.Throws<InferenceException>(() => ImagePreprocessing.Parse(document.RootElement).Apply(s_photo, 3));

        Assert.Equal(InferenceCodes.PreprocessingInvalid, exception.Code);
    }

    [Fact]
    public void Parse_FieldsOfAManifest_AreAllRead()
    {
        using var document = JsonDocument.Parse("""{ "resize": 32, "crop": 28, "mean": [0.1], "std": [0.3], "layout": "NCHW", "later": true }""");

        var parsed = ImagePreprocessing.Parse(document.RootElement);

        Assert.Equal((32, 28, "NCHW"), (parsed.Resize, parsed.Crop, parsed.Layout));
        Assert.Equal([0.1f], parsed.Mean);
        Assert.Equal([0.3f], parsed.Std);
    }

    private static double LargestDifference(float[] expected, TensorValue actual) =>
        expected.Zip(actual.Values.ToArray(), (a, b) => Math.Abs((double)a - b)).Max();

    private sealed record Case(
        [property: JsonPropertyName("resize")] int Resize,
        [property: JsonPropertyName("crop")] int Crop,
        [property: JsonPropertyName("mean")] float[] Mean,
        [property: JsonPropertyName("std")] float[] Std,
        [property: JsonPropertyName("channels")] int Channels,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("values")] float[] Values,
        [property: JsonPropertyName("pillow")] float[] Pillow)
    {
        [JsonIgnore]
        internal ImagePreprocessing Preprocessing => new() { Resize = Resize, Crop = Crop, Mean = Mean, Std = Std };
    }
}
