namespace ModelRegistry.Weights.Tests.Writing;

/// <summary>Names and types that a conversion changes.</summary>
public sealed class ConversionChangeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("convert").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void StripPrefixAndRename_GiveTheNamesAsked()
    {
        var names = Convert(new ConversionOptions { StripPrefix = "module.", Rename = [new TensorRename(@"^layer(\d)\.", "blocks.$1."), new TensorRename("weight$", "w")] }, "module.layer1.weight", "module.layer2.weight", "other.bias");
        Assert.Equal(["blocks.1.w", "blocks.2.w", "other.bias"], names);
    }

    [Theory]
    [InlineData("nothing.", null, "no tensor's name begins")]
    [InlineData("a.", null, "both be 'weight'")]
    [InlineData(null, @"^a\.", "both be 'weight'")]
    [InlineData(null, "(", "no regular expression")]
    [InlineData(null, "^.*$", "no name")]
    [InlineData(null, "^(([a-z])+.)+[A-Z]([a-z])+$", "takes more than")]
    public void RenamesThatCannotBe_AreRefusedAndNothingIsWritten(string? prefix, string? pattern, string fragment)
    {
        var options = new ConversionOptions { StripPrefix = prefix, Rename = pattern is null ? [] : [new TensorRename(pattern, "")] };
        var refusal = Assert.Throws<WeightsFormatException>(() => Convert(options, "a.weight", "weight", new string('a', 60)));
        Assert.Equal("MR0542", refusal.Code);
        Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("out.safetensors")));
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    [InlineData(DType.Float32)]
    public void DType_RoundsToNearestAndLeavesIntegersAlone(DType dtype)
    {
        float[] values = [0, -0f, 1, 1 / 3f, 65504, 65520, 1e-8f, 3.14159274f, float.NaN, float.PositiveInfinity, 1.00390625f, 1.01171875f];
        SafetensorsWriter.Write(At("in.safetensors"), [new NamedTensor("f", Tensor.FromFloat32("f", [values.Length], values)), new NamedTensor("i", Tensor.FromBytes("i", DType.Int64, [1], new byte[8]))]);
        WeightsConverter.Convert(At("in.safetensors"), At("out.safetensors"), new ConversionOptions { DType = dtype });
        using var file = WeightsFile.Open(At("out.safetensors"));
        var floats = file.Tensors.Single(t => t.Name == "f");
        Assert.Equal(dtype, floats.DType);
        Assert.Equal(DType.Int64, file.Tensors.Single(t => t.Name == "i").DType);
        var expected = values.Select(v => dtype == DType.Float16 ? (float)(Half)v : dtype == DType.BFloat16 ? Rounded(v) : v).ToArray();
        Assert.Equal(expected, floats.ToFloat32());
    }

    [PyTorchFact]
    public void DType_AgreesWithPyTorch()
    {
        PyTorch.RunProgram("import torch, sys; d = sys.argv[1]; torch.manual_seed(0); x = torch.randn(5000) * 10.0 ** torch.randint(-12, 12, (5000,)); torch.save({'x': x, 'y': x.to(torch.bfloat16), 'z': x.to(torch.float16)}, d + '/in.pth')", _folder);
        WeightsConverter.Convert(At("in.pth"), At("bf.safetensors"), new ConversionOptions { DType = DType.BFloat16 });
        WeightsConverter.Convert(At("in.pth"), At("half.safetensors"), new ConversionOptions { DType = DType.Float16 });
        using var source = WeightsFile.Open(At("in.pth"));
        foreach (var (name, reference) in new[] { ("bf.safetensors", "y"), ("half.safetensors", "z") })
        {
            using var made = WeightsFile.Open(At(name));
            Assert.Equal(source.Tensors.Single(t => t.Name == reference).ToFloat32(), made.Tensors.Single(t => t.Name == "x").ToFloat32());
        }
    }

    private static float Rounded(float value)
    {
        if (!float.IsFinite(value)) return value;
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((uint)(Math.Round(bits / 65536.0, MidpointRounding.ToEven) * 65536));
    }

    private List<string> Convert(ConversionOptions options, params string[] names)
    {
        SafetensorsWriter.Write(At("in.safetensors"), names.Select(n => new NamedTensor(n, Tensor.FromFloat32(n, [1], [1f]))));
        WeightsConverter.Convert(At("in.safetensors"), At("out.safetensors"), options);
        using var file = WeightsFile.Open(At("out.safetensors"));
        return [.. file.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal)];
    }

    private string At(string name) => Path.Combine(_folder, name);
}
