using System.Text.Json;

namespace ModelRegistry.Inference.Images.Tests;

/// <summary>Pictures beside what Pillow, and so torchvision, reads from them.</summary>
public sealed class SkiaImageDecoderTests
{
    private static readonly JsonElement[] s_pictures =
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "pictures.json"))).RootElement.EnumerateArray()];

    private static readonly SkiaImageDecoder s_decoder = new();

    public static TheoryData<string> Names => [.. s_pictures.Select(picture => picture.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_EachFormat_GivesThePixelsOfPillow(string name)
    {
        var picture = s_pictures.Single(item => item.GetProperty("name").GetString() == name);
        var file = picture.GetProperty("file").GetBytesFromBase64();

        Assert.True(s_decoder.Reads(file));
        var image = s_decoder.Decode(file);

        Assert.Equal(picture.GetProperty("width").GetInt32(), image.Width);
        Assert.Equal(picture.GetProperty("height").GetInt32(), image.Height);
        Assert.Equal(picture.GetProperty("channels").GetInt32(), image.Channels);
        var expected = picture.GetProperty("pixels").GetBytesFromBase64();
        var actual = new ImagePreprocessing().Apply(image, image.Channels).Values.ToArray();
        var area = image.Width * image.Height;
        var largest = expected.Select((value, i) => Math.Abs(value - (255 * actual[(i % image.Channels * area) + (i / image.Channels)]))).Max();
        Assert.InRange(largest, 0, 1.01);
    }

    [Fact]
    public void Load_WithoutTheDecoder_NamesThePackage_AndReadsWithIt()
    {
        var jpeg = s_pictures[0].GetProperty("file").GetBytesFromBase64();
        var refusal = Assert.Throws<InferenceException>(() => ImageInput.Decode(jpeg));
        Assert.Equal("MR0620", refusal.Code);
        Assert.Contains("ModelRegistry.Inference.Images", refusal.Hint, StringComparison.Ordinal);

        SkiaImageDecoder.Use();

        Assert.Equal(45, ImageInput.Decode(jpeg).Width);
    }

    [Fact]
    public void Reads_OtherFormats_AreLeftAlone()
    {
        Assert.False(s_decoder.Reads([0x89, (byte)'P', (byte)'N', (byte)'G']));
        Assert.False(s_decoder.Reads("RIFF1234WAVE"u8));
        Assert.False(s_decoder.Reads([]));
    }

    [Fact]
    public void Decode_CutOffAndDamagedPictures_AreRefusedOrReadWithoutACrash()
    {
        var random = new Random(3);
        var refused = 0;
        foreach (var picture in s_pictures)
        {
            var file = picture.GetProperty("file").GetBytesFromBase64();
            for (var round = 0; round < 60; round++)
            {
                var damaged = (byte[])file.Clone();
                for (var i = 0; i < 4; i++)
                    damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
                var failure = Record.Exception(() => s_decoder.Decode(damaged.AsMemory(0, random.Next(3) == 0 ? random.Next(12, damaged.Length) : damaged.Length)));
                Assert.True(failure is null or InferenceException { Code: "MR0621" or "MR0622" }, failure?.ToString());
                refused += failure is null ? 0 : 1;
            }
        }

        Assert.InRange(refused, 20, 700);
    }

    [Fact]
    public void Decode_HugeSizeInASmallFile_IsRefusedBeforeItIsAllocated()
    {
        // A BMP header of 60,000 × 60,000 pixels and nothing behind it.
        var file = new byte[64];
        "BM"u8.CopyTo(file);
        BitConverter.GetBytes(54).CopyTo(file, 10);
        BitConverter.GetBytes(40).CopyTo(file, 14);
        BitConverter.GetBytes(60_000).CopyTo(file, 18);
        BitConverter.GetBytes(60_000).CopyTo(file, 22);
        file[26] = 1;
        file[28] = 24;

        Assert.Contains(Assert.Throws<InferenceException>(() => s_decoder.Decode(file)).Code, new[] { "MR0621", "MR0622" });
    }
}
