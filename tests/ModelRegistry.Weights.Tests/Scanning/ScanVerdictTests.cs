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
    public void Scan_SomethingElse_IsInvalidAndSaysWhatItLooksLike(string content, string fragment)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(content);
        var report = WeightsScanner.Scan(bytes);
        Assert.Equal(ScanVerdict.Invalid, report.Verdict);
        Assert.Contains(fragment, Assert.Single(report.Findings).What, StringComparison.Ordinal);
        Assert.Equal("MR0501", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes)).Code);
    }

    [Theory]
    [InlineData("{\"a\": 1}", "JSON")]
    [InlineData("class M(Module):\n  x = 1\n", "no weights file")]
    [InlineData("\u0089HDF\r\n\u001a\n\0\0\0\0", "HDF5")]
    [InlineData("\u0008\0\0\0TFL3\0\0\0\0", "TensorFlow Lite")]
    public void Scan_FormatThatIsNotRead_IsUnknownAndNeverSafe(string content, string fragment)
    {
        var report = WeightsScanner.Scan(System.Text.Encoding.Latin1.GetBytes(content));
        Assert.Equal(ScanVerdict.Unknown, report.Verdict);
        Assert.Contains(fragment, Assert.Single(report.Findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_GitLfsPointer_TellsWhatToDo() =>
        Assert.Equal("run: git lfs pull", WeightsScanner.Scan("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"u8.ToArray()).Hint);

    [Fact]
    public void Scan_PlainValuesBesideTensors_AreDataUnlessSomethingAsksForCode()
    {
        var scalar = new PickleBuilder().Op("}").Text("w").Tensor().Op("s").Text("lr").Global("numpy.core.multiarray", "scalar").Text("f8").Op("\u0085Rs");
        var report = WeightsScanner.Scan(TorchFile.Zip(scalar.Stop()));
        Assert.Equal((ScanVerdict.Data, "MR0527"), (report.Verdict, Assert.Single(report.Findings).Code));
        Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(TorchFile.Zip(new PickleBuilder().Op("}").Text("w").Tensor().Op("s").Text("a").Global("argparse", "Namespace").Op("s").Text("b").Global("os", "system").Op("s").Stop())).Verdict);
    }

    [Fact]
    public void Scan_PlainValuesBesideATensorThatCannotBe_IsInvalid() => Assert.Equal(
        ScanVerdict.Invalid,
        WeightsScanner.Scan(TorchFile.Zip(new PickleBuilder().Op("}").Text("w").Tensor(shape: [7]).Op("s").Text("a").Global("argparse", "Namespace").Op("s").Stop())).Verdict);

    [Fact]
    public void Scan_SetThatNoLoaderCanBuild_IsNotSafe()
    {
        foreach (var items in new[] { "](]", "](}", "](]\u0085" })
        {
            var pickle = new PickleBuilder().Global("builtins", "set").Op($"{items}e\u0085R").Stop();
            Assert.NotEqual(ScanVerdict.Safe, WeightsScanner.Scan(TorchFile.Zip(pickle)).Verdict);
        }

        Assert.Equal(ScanVerdict.Safe, WeightsScanner.Scan(TorchFile.Zip(new PickleBuilder().Global("builtins", "set").Op("](NK\u0001)e\u0085R").Stop())).Verdict);
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
        var bytes = TorchFile.Zip();
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
        WeightsScanner.Scan(new ZipBuilder().Add("archive/data.pkl", StateDict).Add("archive/data/0", Data).Add("archive/x.pt", TorchFile.Zip()).Add("archive/version", "3"u8).Build()).Verdict);

    [Fact]
    public void Scan_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => WeightsScanner.Scan(TorchFile.Zip(), "x", cancelled.Token));
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
