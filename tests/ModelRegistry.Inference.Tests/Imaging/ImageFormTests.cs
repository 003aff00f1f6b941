using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelRegistry.Inference.Tests.Imaging;

/// <summary>Every form of PNG, PGM and PPM that make_image_goldens.py writes.</summary>
public sealed class ImageFormTests
{
    private static readonly Form[] s_forms = JsonSerializer.Deserialize<Form[]>(File.ReadAllText(Fixtures.At("images", "images.json")))!;

    public static TheoryData<string> Names { get; } = [.. s_forms.Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_Form_GivesItsPixels(string name)
    {
        var form = s_forms.Single(form => form.Name == name);

        var image = ImageInput.Decode(Convert.FromBase64String(form.File));

        Assert.Equal((form.Width, form.Height, form.Channels), (image.Width, image.Height, image.Channels));
        Assert.Equal(form.Pixels.Length, image.Pixels.Length);
        for (var i = 0; i < form.Pixels.Length; i++)
            Assert.Equal(form.Pixels[i], image.Pixels[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_CutAnywhere_IsRefusedWithACode(string name)
    {
        var bytes = Convert.FromBase64String(s_forms.Single(form => form.Name == name).File);
        var plain = name.StartsWith("P2", StringComparison.Ordinal) || name.StartsWith("P3", StringComparison.Ordinal);

        // The last digit and newline of plain text may go without notice.
        for (var length = 0; length < bytes.Length - (plain ? 8 : 0); length++)
        {
            var exception = Assert.Throws<InferenceException>(() => ImageInput.Decode(bytes.AsMemory(0, length)));
            Assert.StartsWith("MR062", exception.Code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_AnyByteChanged_NeverCrashes()
    {
        var random = new Random(4);
        foreach (var form in s_forms)
        {
            var bytes = Convert.FromBase64String(form.File);
            for (var round = 0; round < 40; round++)
            {
                var changed = (byte[])bytes.Clone();
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                var exception = Record.Exception(() => ImageInput.Decode(changed));
                Assert.True(exception is null or InferenceException, exception?.ToString());
            }
        }
    }

    private sealed record Form(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("file")] string File,
        [property: JsonPropertyName("width")] int Width,
        [property: JsonPropertyName("height")] int Height,
        [property: JsonPropertyName("channels")] int Channels,
        [property: JsonPropertyName("pixels")] float[] Pixels);
}
