using System.Buffers.Binary;
using System.Text;
using ModelRegistry.Inference.Imaging;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Tests.Imaging;

public sealed class ImageRefusalTests
{
    public static TheoryData<string, string> OtherFormats { get; } = new()
    {
        { "FFD8FFE000104A46", "JPEG" },
        { "474946383961", "GIF" },
        { "524946460000000057454250", "WebP" },
        { "424D460000000000", "BMP" },
        { "49492A0008000000", "TIFF" },
        { "00000020667479706176696600", "AVIF" },
        { "255044462D312E37", "PDF" },
        { "504B030414000000", "zip" },
        { "50370A", "PAM" },
        { "50340A312031", "PBM" },
        { "3C737667203E", "SVG" },
        { "68656C6C6F", "text" },
        { "", "empty" },
        { "0001020304", "no image format" },
    };

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void Decode_OtherFormat_IsRefusedByName(string hex, string name)
    {
        var exception = Assert.Throws<InferenceException>(() => ImageInput.Decode(Convert.FromHexString(hex)));

        Assert.Equal(InferenceCodes.ImageFormat, exception.Code);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000, 100_000)]
    [InlineData(int.MaxValue, 1)]
    public void Decode_PngThatClaimsTooManyPixels_IsRefusedBeforeAllocation(int width, int height)
    {
        var exception = Assert.Throws<InferenceException>(() => ImageInput.Decode(Png(width, height, new byte[64])));

        Assert.Equal(InferenceCodes.ImageTooLarge, exception.Code);
    }

    [Fact]
    public void Decode_PngTooSmallForItsSize_IsRefusedBeforeAllocation()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var exception = Assert.Throws<InferenceException>(() => ImageInput.Decode(Png(7000, 7000, new byte[64])));

        Assert.Equal(InferenceCodes.ImageCorrupt, exception.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("P5 99999 99999 255 ", InferenceCodes.ImageTooLarge)]
    [InlineData("P5 4000 4000 255 ", InferenceCodes.ImageCorrupt)]
    [InlineData("P5 0 4 255 ", InferenceCodes.ImageCorrupt)]
    [InlineData("P2 1 1 70000 5", InferenceCodes.ImageCorrupt)]
    [InlineData("P2 1 1 200 201", InferenceCodes.ImageCorrupt)]
    [InlineData("P2 1 99999999999 200 201", InferenceCodes.ImageCorrupt)]
    [InlineData("P2 1 x", InferenceCodes.ImageCorrupt)]
    public void Decode_ImpossibleNetpbm_IsRefused(string text, string code) =>
        Assert.Equal(code, Assert.Throws<InferenceException>(() => ImageInput.Decode(Encoding.ASCII.GetBytes(text))).Code);

    [Fact]
    public void Load_MissingFile_IsRefusedWithItsName()
    {
        var exception = Assert.Throws<InferenceException>(() => ImageInput.Load(Fixtures.At("nowhere.png")));

        Assert.Equal(InferenceCodes.FileUnreadable, exception.Code);
        Assert.Contains("nowhere.png", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 2, 3 }, 3, 2)]
    [InlineData(new long[] { 2, 3, 1 }, 3, 2)]
    [InlineData(new long[] { 1, 3, 2 }, 2, 3)]
    public void Decode_NumpyArrayOfImageShape_IsAnImage(long[] shape, int width, int height)
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, shape, [0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f]);

        var image = ImageInput.Decode(stream.ToArray());

        Assert.Equal((width, height, 1), (image.Width, image.Height, image.Channels));
        Assert.Equal([0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f], image.Pixels);
    }

    [Fact]
    public void Decode_NumpyArrayOfAnotherShape_IsRefused()
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, [1, 2, 2, 2], new float[8]);

        Assert.Equal(InferenceCodes.ImageCorrupt, Assert.Throws<InferenceException>(() => ImageInput.Decode(stream.ToArray())).Code);
    }

    private static byte[] Png(int width, int height, byte[] data)
    {
        var header = new byte[PngHeader.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return [.. PngDecoder.Signature, .. Chunk("IHDR", header), .. Chunk("IDAT", data), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] typeAndBody = [.. Encoding.ASCII.GetBytes(type), .. body];
        var result = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(result, body.Length);
        typeAndBody.CopyTo(result, 4);
        BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(body.Length + 8), PngCrc.Compute(typeAndBody));
        return result;
    }
}
