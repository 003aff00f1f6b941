namespace ModelRegistry.Weights.Tests.Writing;

public sealed class WeightsConverterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("convert").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<string> Convertible => [.. new[] { "state_dict.pth", "state_dict.legacy.pth", "checkpoint.pth", "nested.pth", "names.pth", "list.pth", "bare.pth", "geometry.legacy.pth", "traced.pt" }];

    [Theory]
    [MemberData(nameof(Convertible))]
    public void Convert_ToSafetensorsAndBack_KeepsNamesShapesAndBytes(string fixture)
    {
        var options = new ConversionOptions { SharedTensors = SharedTensors.Clone };
        var report = WeightsConverter.Convert(Fixture(fixture), At("a.safetensors"), options);
        WeightsConverter.Convert(At("a.safetensors"), At("a.pth"));
        var again = WeightsConverter.Convert(At("a.pth"), At("b.safetensors"), options);

        using var source = WeightsFile.Open(Fixture(fixture));
        using var target = WeightsFile.Open(At("a.pth"));
        Assert.True(TensorComparison.Compare(source, target).IsSame);
        Assert.Equal(source.Tensors.Count, report.TensorCount);
        Assert.Equal(report.TensorBytes, again.TensorBytes);
        Assert.Equal("pt", WeightsMetadata(At("a.safetensors"))["format"]);
        Assert.Equal(File.ReadAllBytes(At("a.safetensors")), File.ReadAllBytes(At("b.safetensors")));
    }

    [Fact]
    public void Convert_Checkpoint_SaysWhatIsLeftOut()
    {
        var report = WeightsConverter.Convert(Fixture("checkpoint.pth"), At("a.safetensors"), new ConversionOptions { SharedTensors = SharedTensors.Clone });
        using var source = WeightsFile.Open(Fixture("checkpoint.pth"));
        Assert.NotEmpty(source.OtherTensors);
        Assert.Contains($"{source.OtherTensors.Count} tensors beside the model's", report.LeftOut);
    }

    [Fact]
    public void Convert_SparseTensors_SaysThatTheirPartsWereWritten()
    {
        var report = WeightsConverter.Convert(Fixture("sparse.pth"), At("a.safetensors"));
        Assert.Contains(report.LeftOut, line => line.StartsWith("the sparse layout that", StringComparison.Ordinal));
    }

    [Fact]
    public void Convert_MetadataOfSafetensors_IsKeptAndAddedTo()
    {
        SafetensorsWriter.Write(At("a.safetensors"), [Samples.Of(DType.UInt8, "t", 1, 1)], new WeightsWriteOptions { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });
        var report = WeightsConverter.Convert(At("a.safetensors"), At("b.safetensors"), new ConversionOptions { Metadata = new Dictionary<string, string> { ["b"] = "3" } });
        Assert.Empty(report.LeftOut);
        Assert.Equal([new("a", "1"), new("b", "3")], WeightsMetadata(At("b.safetensors")).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(["metadata: a, b"], WeightsConverter.Convert(At("a.safetensors"), At("c.pth")).LeftOut);
    }

    [Fact]
    public void Convert_QuantizedTensor_IsRefusedWithItsName()
    {
        var error = Assert.Throws<WeightsFormatException>(() => WeightsConverter.Convert(Fixture("quantized.pth"), At("a.safetensors")));
        Assert.Equal("MR0571", error.Code);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Convert_DestinationThatExists_IsLeftAloneUnlessToldOtherwise()
    {
        File.WriteAllText(At("a.safetensors"), "precious");
        Assert.Equal("MR0570", Assert.Throws<WeightsFormatException>(() => WeightsConverter.Convert(Fixture("state_dict.pth"), At("a.safetensors"))).Code);
        Assert.Equal("precious", File.ReadAllText(At("a.safetensors")));
        WeightsConverter.Convert(Fixture("state_dict.pth"), At("a.safetensors"), new ConversionOptions { Overwrite = true });
        Assert.NotEqual(8, new FileInfo(At("a.safetensors")).Length);
    }

    [Fact]
    public void Convert_OntoItself_ReplacesTheFileWhenToldTo()
    {
        File.Copy(Fixture("state_dict.legacy.pth"), At("model.pth"));
        WeightsConverter.Convert(At("model.pth"), At("model.pth"), new ConversionOptions { Overwrite = true });
        using var converted = WeightsFile.Open(At("model.pth"));
        using var source = WeightsFile.Open(Fixture("state_dict.legacy.pth"));
        Assert.Equal(WeightsFormat.PyTorchZip, converted.Format);
        Assert.True(TensorComparison.Compare(source, converted).IsSame);
    }

    [Theory]
    [InlineData("a.onnx")]
    [InlineData("a")]
    [InlineData("a.zip")]
    public void Convert_DestinationThatNamesNoFormat_IsRefused(string name) =>
        Assert.Equal("MR0575", Assert.Throws<WeightsFormatException>(() => WeightsConverter.Convert(Fixture("state_dict.pth"), At(name))).Code);

    [Fact]
    public void Convert_ToAFormatThatIsOnlyRead_IsRefused() =>
        Assert.Equal("MR0575", Assert.Throws<WeightsFormatException>(() => WeightsConverter.Convert(Fixture("state_dict.pth"), At("a"), new ConversionOptions { Target = WeightsFormat.Onnx })).Code);

    [Fact]
    public void Convert_ReportsProgressUpToAllBytes()
    {
        var progress = new Recording();
        var report = WeightsConverter.Convert(Fixture("state_dict.pth"), At("a.safetensors"), progress: progress);
        Assert.Equal(report.TensorBytes, progress.Values[^1]);
        Assert.Equal(progress.Values.Order(), progress.Values);
    }

    [Fact]
    public void Check_OfAFileThatDiffers_IsAnErrorThatNamesTheTensor()
    {
        NamedTensor[] tensors = [Samples.Of(DType.UInt8, "t", 1, 4)];
        Differs("other bytes", [Samples.Of(DType.UInt8, "t", 2, 4)]);
        Differs("came back as int8[4]", [Samples.Of(DType.Int8, "t", 1, 4)]);
        Differs("'t' is missing", [Samples.Of(DType.UInt8, "u", 1, 4)]);
        Differs("0 tensors instead of 1", []);

        void Differs(string what, IEnumerable<NamedTensor> written)
        {
            var path = At(Path.GetRandomFileName());
            SafetensorsWriter.Write(path, written);
            var error = Assert.Throws<WeightsFormatException>(() => ConversionCheck.Run(tensors, path, "destination", CancellationToken.None));
            Assert.Equal("MR0574", error.Code);
            Assert.Contains(what, error.Message, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, string> WeightsMetadata(string path)
    {
        using var file = WeightsFile.Open(path);
        return new Dictionary<string, string>(file.Metadata);
    }

    private string At(string name) => Path.Combine(_directory, name);

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    private sealed class Recording : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
