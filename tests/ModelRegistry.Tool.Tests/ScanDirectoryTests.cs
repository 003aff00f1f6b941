using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

public sealed class ScanDirectoryTests : IDisposable
{
    private readonly Scratch _scratch = new(git: false, registry: false);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Scan_OfADirectory_SaysHowManyFilesItLeftOut()
    {
        var folder = Path.GetDirectoryName(_scratch.File_("downloads/readme.txt", "text"))!;
        _scratch.File_("downloads/deep/code.py", "print(1)");
        File.Copy(_scratch.WeightsFile("a.safetensors", "a"), Path.Combine(folder, "a.safetensors"));
        File.Copy(_scratch.WeightsFile("b.safetensors", "b"), Path.Combine(folder, "deep", "b.safetensors"));
        if (!OperatingSystem.IsWindows()) File.CreateSymbolicLink(Path.Combine(folder, "link.pth"), "a.safetensors");
        var leftOut = OperatingSystem.IsWindows() ? 2 : 3;

        Assert.EndsWith($"left out {leftOut} files that hold no weights and claim none by name; links are not followed", _scratch.Run("scan", folder).Text, StringComparison.Ordinal);
        Assert.Equal(leftOut, _scratch.Run("scan", folder, "--json").Json.GetProperty("leftOut").GetInt32());
    }

    [Fact]
    public void Scan_OfFiles_LeavesNothingOut()
    {
        var (a, b) = (_scratch.WeightsFile("a.safetensors", "a"), _scratch.WeightsFile("b.safetensors", "b"));

        Assert.DoesNotContain("left out", _scratch.Run("scan", a, b).Text, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Number, _scratch.Run("scan", a, b, "--json").Json.GetProperty("leftOut").ValueKind);
    }
}
