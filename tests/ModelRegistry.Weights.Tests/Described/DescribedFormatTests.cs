using System.IO.Compression;
using System.Text;

namespace ModelRegistry.Weights.Tests.Described;

/// <summary>Every format is welcome, none is trusted.</summary>
public sealed class DescribedFormatTests
{
    private static readonly byte[] Hdf5Signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10];

    public static TheoryData<string, byte[]> Known => new()
    {
        { "hdf5", [.. Hdf5Signature, .. new byte[88]] },
        { "tflite", [28, 0, 0, 0, .. "TFL3"u8, .. new byte[64]] },
        { "ort", [28, 0, 0, 0, .. "ORTM"u8, .. new byte[64]] },
        { "catboost", [.. "CBM1"u8, .. new byte[16]] },
        { "tensorrt", [.. "ptrt"u8, .. new byte[16]] },
        { "lightgbm", [.. "tree\nversion=v4\nnum_class=1\n"u8] },
        { "xgboost-json", [.. "{\"learner\":{\"gradient_booster\":{\"name\":\"gbtree\"}},\"version\":[2,0,3]}"u8] },
        { "xgboost-ubj", [.. "{L"u8, 0, 0, 0, 0, 0, 0, 0, 7, .. "learner{L"u8, 0, 0, 0, 0, 0, 0, 0, 16, .. "gradient_booster{}}}"u8] },
        { "pmml", [.. "<?xml version=\"1.0\"?>\n<!-- made by a tool -->\n<PMML version=\"4.4\"></PMML>"u8] },
        { "openvino", [.. "<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"11\"></net>"u8] },
        { "coreml", [0x08, 4, 0x12, 2, 0x0a, 0, 0x92, 0x19, 2, 0x0a, 0] },
        { "tensorflow", [0x08, 1, 0x12, 4, 0x0a, 2, 0x0a, 0] },
        { "keras", Zip(("metadata.json", "{}"), ("config.json", """{"class_name":"Sequential"}"""), ("model.weights.h5", "x")) },
        { "mlnet", Zip(("TrainingInfo/Version.txt", "5.0.1"), ("Schema", "x"), ("TransformerChain/Model.key", "y")) },
        { "mlnet", Zip(("TrainingInfo\\Version.txt", "5.0.1"), ("Schema", "x"), ("TransformerChain\\Model.key", "y")) },
        { "zip", Zip(("a.txt", "x"), ("b/c.txt", "y")) },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Scan_FormatThatIsNotRead_IsUnknownByName(string format, byte[] bytes)
    {
        var report = WeightsScanner.Scan(bytes);
        Assert.True((ScanVerdict.Unknown, format) == (report.Verdict, report.Format), $"{report.Verdict} {report.Format} {string.Join('\n', report.Findings)}");
        Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes));
    }

    [Fact]
    public void Scan_ModelThatIsCutOff_IsInvalid()
    {
        byte[] superblock = [.. Hdf5Signature, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0, .. new byte[16], .. BitConverter.GetBytes(5_000_000L), .. new byte[64]];
        foreach (var bytes in new byte[][] { superblock, [200, 1, 0, 0, .. "TFL3"u8, .. new byte[64]], [8, 0, 0, 0, .. "TFL3"u8, 0, 0, 0, 0x70, .. new byte[64]] })
        {
            var report = WeightsScanner.Scan(bytes);
            Assert.Equal(ScanVerdict.Invalid, report.Verdict);
            Assert.Contains(report.Findings, f => f.Code == "MR0538");
        }
    }

    [Theory]
    [InlineData("""{"config":{"layers":[{"class_name":"Lambda","config":{"function":{"class_name":"__lambda__"}}}]}}""")]
    [InlineData("""{"config":{"layers":[{"class_name" : "Lam\u0062da"}]}}""")]
    public void Scan_KerasModelWithALambdaLayer_IsDangerous(string config)
    {
        var report = WeightsScanner.Scan(Zip(("metadata.json", "{}"), ("config.json", config), ("model.weights.h5", "x")));
        Assert.Equal((ScanVerdict.Dangerous, "keras"), (report.Verdict, report.Format));
        Assert.Contains(report.Findings, f => f.Code == "MR0537");
    }

    [Fact]
    public void Scan_Hdf5WithALambdaLayer_IsDangerous() => Assert.Equal(
        ScanVerdict.Dangerous,
        WeightsScanner.Scan((byte[])[.. Hdf5Signature, .. new byte[600], .. "{\"class_name\": \"Lambda\", \"config\": {}}"u8]).Verdict);

    [Fact]
    public void Scan_PickleInsideAContainer_IsJudgedLikeEveryPickle()
    {
        var evil = new PickleBuilder().Global("os", "system").Text("id").Op("\u0085R").Stop();
        var text = Encoding.Latin1.GetString(evil);
        Dangerous(Zip(("TrainingInfo/Version.txt", "5"), ("TransformerChain/Model.key", text)));
        Dangerous(Zip(("inner.zip", Encoding.Latin1.GetString(Zip(("x.bin", text))))));
        Dangerous(Compressed(evil, stream => new ZLibStream(stream, CompressionLevel.Fastest)));
        Dangerous(Compressed(evil, stream => new GZipStream(stream, CompressionLevel.Fastest)));
        Assert.Equal("joblib", WeightsScanner.Scan(Compressed(evil, stream => new ZLibStream(stream, CompressionLevel.Fastest))).Format);
    }

    [Fact]
    public void Scan_CompressionBomb_CostsNoMoreThanItsLimit()
    {
        var report = WeightsScanner.Scan(Compressed([.. new PickleBuilder().Op("B").Raw(255, 255, 255, 127).Stop(), .. new byte[100 << 20]], stream => new GZipStream(stream, CompressionLevel.Fastest)));
        Assert.Equal(ScanVerdict.Invalid, report.Verdict);
    }

    private static void Dangerous(byte[] bytes)
    {
        var report = WeightsScanner.Scan(bytes);
        Assert.True(report.Verdict == ScanVerdict.Dangerous, $"{report.Verdict} {string.Join('\n', report.Findings)}");
    }

    private static byte[] Compressed(byte[] content, Func<Stream, Stream> compress)
    {
        using var buffer = new MemoryStream();
        using (var stream = compress(buffer)) stream.Write(content);
        return buffer.ToArray();
    }

    /// <summary>As the framework writes zips, which ML.NET uses.</summary>
    private static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.Latin1.GetBytes(content));
            }
        }

        return buffer.ToArray();
    }
}
