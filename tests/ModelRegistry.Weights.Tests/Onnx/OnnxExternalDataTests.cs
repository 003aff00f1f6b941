namespace ModelRegistry.Weights.Tests.Onnx;

public sealed class OnnxExternalDataTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("onnx").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Bytes_InAFileBesideTheModel_AreReadFromThere()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "data"));
        File.WriteAllBytes(Path.Combine(_directory, "data", "w.bin"), [9, 9, 1, 2, 3, 4, 5, 6, 7, 8]);
        using var file = Open(("location", "data/w.bin"), ("offset", "2"), ("length", "8"), ("checksum", "unused"));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], file.Tensors[0].Bytes.ToArray());
        Assert.Equal((2L, 8L), file.Tensors[0].FileRange);
    }

    [Theory]
    [InlineData("./w.bin")]
    [InlineData("././w.bin")]
    public void Bytes_BesideTheModelBySomeExportersSpelling_AreReadFromThere(string location)
    {
        File.WriteAllBytes(Path.Combine(_directory, "w.bin"), [1, 2, 3, 4, 5, 6, 7, 8]);
        using var file = Open(("location", location));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], file.Tensors[0].Bytes.ToArray());
        Assert.Equal(["w.bin"], file.ExternalFiles);
    }

    [Fact]
    public void Bytes_OfAMissingFile_FailOnlyWhenAskedFor()
    {
        using var file = Open(("location", "absent.bin"));
        Assert.Equal<long>([2], file.Tensors[0].Shape);
        Assert.Equal("MR0563", Assert.Throws<WeightsFormatException>(() => file.Tensors[0].Bytes.ToArray()).Code);
    }

    [Fact]
    public void Bytes_OfAModelOpenedFromMemory_SayThatThereIsNoDirectory()
    {
        using var file = WeightsFile.Open(OnnxBytes.WithInitializer(OnnxBytes.Tensor(OnnxBytes.Float, 2).External(("location", "w.bin"))));
        var error = Assert.Throws<WeightsFormatException>(() => file.Tensors[0].Bytes.ToArray());
        Assert.Equal("MR0563", error.Code);
        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attribute")]
    [InlineData("branch")]
    [InlineData("branch in a branch")]
    [InlineData("function")]
    public void Open_LocationOutsideTheModelsDirectory_IsRefusedWhereverATensorStands(string where)
    {
        var model = NestedTensor(where, "../w.bin");

        Assert.Equal("MR0562", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(model)).Code);
        File.WriteAllBytes(Path.Combine(_directory, "model.onnx"), model);
        Assert.Equal(ScanVerdict.Dangerous, Scan().Verdict);
    }

    [Fact]
    public void ExternalFiles_NameThoseOfSubGraphsToo()
    {
        File.WriteAllBytes(Path.Combine(_directory, "w.bin"), new byte[8]);
        File.WriteAllBytes(Path.Combine(_directory, "model.onnx"), NestedTensor("branch", "w.bin"));

        Assert.Equal(ScanVerdict.Safe, Scan().Verdict);
        using var file = WeightsFile.Open(Path.Combine(_directory, "model.onnx"));
        Assert.Equal(["w.bin"], file.ExternalFiles);
    }

    [Fact]
    public void Open_OfGraphsInsideEachOtherWithoutEnd_IsRefused()
    {
        byte[] graph = new ProtobufBuilder();
        for (var depth = 0; depth < 5_000; depth++) graph = new ProtobufBuilder().Bytes(1, new ProtobufBuilder().Bytes(5, new ProtobufBuilder().Bytes(6, graph)));

        Assert.Contains("graphs inside each other", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open((byte[])OnnxBytes.Model(OnnxBytes.Graph().Concat(graph)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("9223372036854775807")]
    public void Bytes_PastTheEndOfTheFile_AreRefused(string offset)
    {
        File.WriteAllBytes(Path.Combine(_directory, "w.bin"), new byte[8]);
        using var file = Open(("location", "w.bin"), ("offset", offset));
        Assert.Equal("MR0531", Assert.Throws<WeightsFormatException>(() => file.Tensors[0].Bytes.ToArray()).Code);
        Assert.Equal(ScanVerdict.Invalid, Scan().Verdict);
    }

    [Theory]
    [InlineData("../w.bin", "leaves")]
    [InlineData("./../w.bin", "leaves")]
    [InlineData(".//etc/hostname", "is absolute")]
    [InlineData(".", "is empty")]
    [InlineData("a/../../w.bin", "leaves")]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("C:w.bin", "colon")]
    [InlineData("a\\w.bin", "backslash")]
    [InlineData("w.bin\0.txt", "NUL")]
    [InlineData("a//w.bin", "empty part")]
    [InlineData("", "empty")]
    public void Open_LocationOutsideTheModelsDirectory_IsRefused(string location, string reason)
    {
        var error = Assert.Throws<WeightsFormatException>(() => Open(("location", location)));
        Assert.Equal("MR0562", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        var report = Scan();
        Assert.Equal(ScanVerdict.Dangerous, report.Verdict);
        Assert.Contains(reason, Assert.Single(report.Findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_DataThatIsNotThere_IsInvalidAndNamed()
    {
        using var file = Open(("location", "w.bin"));
        Assert.Equal(["w.bin"], file.ExternalFiles);
        var report = Scan();
        Assert.Equal(ScanVerdict.Invalid, report.Verdict);
        Assert.Contains("'w.bin'", Assert.Single(report.Findings).What, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(_directory, "w.bin"), new byte[8]);
        Assert.Equal(ScanVerdict.Safe, Scan().Verdict);
    }

    [UnixFact]
    public void Scan_DownloadCacheWhoseFilesAreLinks_IsSafe()
    {
        var blobs = Directory.CreateDirectory(Path.Combine(_directory, "blobs")).FullName;
        var snapshot = Directory.CreateDirectory(Path.Combine(_directory, "snapshots", "abc")).FullName;
        Open(blobs, ("location", "model.onnx_data")).Dispose();
        File.Move(Path.Combine(blobs, "model.onnx"), Path.Combine(blobs, "aaa"));
        File.WriteAllBytes(Path.Combine(blobs, "bbb"), new byte[8]);
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.onnx"), "../../blobs/aaa");
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.onnx_data"), "../../blobs/bbb");
        var report = WeightsScanner.Scan(Path.Combine(snapshot, "model.onnx"));
        Assert.True(report.Verdict == ScanVerdict.Safe, string.Join('\n', report.Findings));
    }

    [Theory]
    [InlineData("offset", "-1")]
    [InlineData("offset", "1e3")]
    [InlineData("length", " 8")]
    [InlineData("length", "99999999999999999999")]
    [InlineData("length", "7")]
    public void Open_NumbersThatAreNone_AreRefused(string key, string value) =>
        Assert.Equal("MR0531", Assert.Throws<WeightsFormatException>(() => Open(("location", "w.bin"), (key, value))).Code);

    [UnixFact]
    public void Bytes_BehindALinkThatLeavesTheDirectory_AreRefused()
    {
        var outside = Path.Combine(_directory, "outside.bin");
        File.WriteAllBytes(outside, new byte[8]);
        var inside = Directory.CreateDirectory(Path.Combine(_directory, "model")).FullName;
        File.CreateSymbolicLink(Path.Combine(inside, "w.bin"), outside);
        File.WriteAllBytes(Path.Combine(inside, "real.bin"), new byte[8]);
        File.CreateSymbolicLink(Path.Combine(inside, "near.bin"), "real.bin");

        using var leaving = Open(inside, ("location", "w.bin"));
        Assert.Equal("MR0562", Assert.Throws<WeightsFormatException>(() => leaving.Tensors[0].Bytes.ToArray()).Code);
        Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(Path.Combine(inside, "model.onnx")).Verdict);
        using var staying = Open(inside, ("location", "near.bin"));
        Assert.Equal(8, staying.Tensors[0].Bytes.Length);
    }

    private static byte[] NestedTensor(string where, string location)
    {
        byte[] tensor = OnnxBytes.Tensor(OnnxBytes.Float, 2).External(("location", location));
        byte[] node = WithAttribute(5, tensor), branch = WithAttribute(6, new ProtobufBuilder().Bytes(5, tensor));
        return where switch
        {
            "attribute" => OnnxBytes.Model(OnnxBytes.Graph().Bytes(1, node)),
            "branch" => OnnxBytes.Model(OnnxBytes.Graph().Bytes(1, branch)),
            "branch in a branch" => OnnxBytes.Model(OnnxBytes.Graph().Bytes(1, WithAttribute(6, new ProtobufBuilder().Bytes(1, branch)))),
            _ => OnnxBytes.Model(OnnxBytes.Graph()).Bytes(25, new ProtobufBuilder().String(1, "f").Bytes(7, node)),
        };

        static byte[] WithAttribute(int field, byte[] value) => new ProtobufBuilder().String(4, "If").Bytes(5, new ProtobufBuilder().String(1, "value").Bytes(field, value));
    }

    private ScanReport Scan() => WeightsScanner.Scan(Path.Combine(_directory, "model.onnx"));

    private WeightsFile Open(params (string, string)[] entries) => Open(_directory, entries);

    private static WeightsFile Open(string directory, params (string, string)[] entries)
    {
        var path = Path.Combine(directory, "model.onnx");
        File.WriteAllBytes(path, OnnxBytes.WithInitializer(OnnxBytes.Tensor(OnnxBytes.Float, 2).External(entries)));
        return WeightsFile.Open(path);
    }
}
