using static ModelRegistry.Weights.Tests.TorchFile;

namespace ModelRegistry.Weights.Tests;

public sealed class ScanVerdictTests
{
    [Fact]
    public void Scan_MissingFile_IsInvalid()
    {
        var report = WeightsScanner.Scan(Path.Combine(AppContext.BaseDirectory, "no-such-file.pth"));
        Assert.Equal((ScanVerdict.Invalid, "unknown"), (report.Verdict, report.Format));
        Assert.Equal("MR0502", Assert.Single(report.Findings).Code);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html></html>", "HTML page")]
    [InlineData("\u0089PNG\r\n\u001a\n", "PNG")]
    [InlineData("{\"a\": 1}", "JSON")]
    [InlineData("class M(Module):\n  x = 1\n", "no weights file")]
    public void Scan_SomethingElse_IsInvalidAndSaysWhatItLooksLike(string content, string fragment)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(content);
        var report = WeightsScanner.Scan(bytes);
        Assert.Equal(ScanVerdict.Invalid, report.Verdict);
        Assert.Contains(fragment, Assert.Single(report.Findings).What, StringComparison.Ordinal);
        Assert.Equal("MR0501", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes)).Code);
    }

    [Fact]
    public void Scan_TarOfOldPyTorch_IsInvalidAndNamed()
    {
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        Assert.Contains("0.1.1", Assert.Single(WeightsScanner.Scan(tar).Findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_BenignPickle_IsSafe()
    {
        var report = WeightsScanner.Scan(new PickleBuilder().Op("}").Text("a").Int(1).Op("s").Stop());
        Assert.Equal((ScanVerdict.Safe, "pickle"), (report.Verdict, report.Format));
    }

    [Fact]
    public void Scan_NestingWithoutEnd_IsInvalid()
    {
        var bytes = Zip();
        for (var i = 0; i < 6; i++)
        {
            bytes = new ZipBuilder().Add("archive/data.pkl", StateDict).Add("archive/data/0", Data).Add("archive/x", bytes).Add("archive/version", "3"u8).Build();
        }

        var report = WeightsScanner.Scan(bytes);
        Assert.Equal(ScanVerdict.Invalid, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "MR0526");
    }

    [Fact]
    public void Scan_NestedGenuineArchive_IsSafe() => Assert.Equal(
        ScanVerdict.Safe,
        WeightsScanner.Scan(new ZipBuilder().Add("archive/data.pkl", StateDict).Add("archive/data/0", Data).Add("archive/x.pt", Zip()).Add("archive/version", "3"u8).Build()).Verdict);

    [Fact]
    public void Scan_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => WeightsScanner.Scan(Zip(), "x", cancelled.Token));
    }

    [Fact]
    public void ScanDirectory_Fixtures_ListsWeightsAndLeavesTextsOut()
    {
        var reports = WeightsScanner.ScanDirectory(Path.GetDirectoryName(Fixture.PathOf("expected.json"))!);
        Assert.DoesNotContain(reports, r => r.Path.EndsWith("expected.json", StringComparison.Ordinal));
        Assert.Equal(ScanVerdict.Dangerous, reports.Single(r => r.Path.EndsWith("whole_module.pth", StringComparison.Ordinal)).Verdict);
        Assert.True(reports.Select(r => r.Path).SequenceEqual(reports.Select(r => r.Path).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void ScanDirectory_Missing_IsRefused() =>
        Assert.Equal("MR0502", Assert.Throws<WeightsFormatException>(() => WeightsScanner.ScanDirectory(Path.Combine(AppContext.BaseDirectory, "nowhere"))).Code);
}
