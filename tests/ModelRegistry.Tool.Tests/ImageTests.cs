using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary><c>verify --image</c> of pictures as people have them, beside PyTorch with torchvision's preprocessing.</summary>
public sealed class ImageTests : IDisposable
{
    private static readonly JsonElement s_fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "images.json"))).RootElement;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Verify_AnImageInEachFormat_GivesTheClassesOfPyTorch()
    {
        Register();
        foreach (var picture in s_fixture.GetProperty("pictures").EnumerateObject())
        {
            var path = _scratch.File_($"picture.{picture.Name}", picture.Value.GetProperty("file").GetBytesFromBase64());
            var expected = picture.Value.GetProperty("probabilities").EnumerateArray().Select(p => p.GetDouble()).ToArray();

            var top = _scratch.Run("verify", "pictures", "--image", path, "--timeout", "600", "--no-record", "--json").Json.GetProperty("top").EnumerateArray().ToArray();

            Assert.Equal(expected.Length, top.Length);
            Assert.All(top, t => Assert.InRange(t.GetProperty("probability").GetDouble(), expected[t.GetProperty("index").GetInt32()] - 0.001, expected[t.GetProperty("index").GetInt32()] + 0.001));
        }
    }

    [Fact]
    public void Verify_ADamagedImage_IsAFailedCheck()
    {
        Register();
        var jpeg = s_fixture.GetProperty("pictures").GetProperty("jpg").GetProperty("file").GetBytesFromBase64();
        var outcome = _scratch.Run("verify", "pictures", "--image", _scratch.File_("cut.jpg", jpeg[..200]), "--timeout", "600", "--no-record");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("MR0621", outcome.Output, StringComparison.Ordinal);
    }

    private void Register() => _scratch.Run(
        "register", "--name", "pictures", "--file", _scratch.File_("pictures.pth", s_fixture.GetProperty("weights").GetBytesFromBase64()), "--architecture", "mlp",
        "--resize", "32", "--crop", "24", "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225").Text.ToString();
}
