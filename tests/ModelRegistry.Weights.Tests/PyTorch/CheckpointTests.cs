namespace ModelRegistry.Weights.Tests;

public sealed class CheckpointTests
{
    [Theory]
    [InlineData("checkpoint.pth")]
    [InlineData("checkpoint.legacy.pth")]
    public void Open_Checkpoint_SeparatesTheModelFromTheOptimizer(string name)
    {
        using var file = WeightsFile.Open(Fixture.PathOf(name));
        Assert.Equal("state_dict", file.StateDictPath);
        Assert.True(file.TryGetTensor("conv1.weight", out var weight));
        Assert.Equal(["state_dict", "conv1.weight"], weight.KeyPath.Select(k => k.Text));
        Assert.All(file.OtherTensors, t => Assert.StartsWith("optimizer.state.", t.Name, StringComparison.Ordinal));
        Assert.Equal("7", file.Metadata["epoch"]);
        Assert.Equal("net", file.Metadata["arch"]);
    }

    [Theory]
    [InlineData("shared.pth")]
    [InlineData("shared.legacy.pth")]
    public void Open_TiedWeights_ShareOneStorage(string name)
    {
        using var file = WeightsFile.Open(Fixture.PathOf(name));
        var (encoder, decoder, view) = (file.Tensors[0], file.Tensors[1], file.Tensors[2]);
        Assert.True(encoder.SharesStorageWith(decoder));
        Assert.True(encoder.SharesStorageWith(view));
        Assert.True(encoder.IsParameter);
        Assert.Equal(2, view.StorageOffset);
    }

    [Fact]
    public void Open_QuantizedTensors_CarryScaleAndZeroPoint()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("quantized.pth"));
        var perTensor = file.Tensors[0].Quantization!;
        Assert.Equal(("per_tensor_affine", 0.1, 3L), (perTensor.Scheme, perTensor.Scale, perTensor.ZeroPoint));
        var perChannel = file.Tensors[1].Quantization!;
        Assert.Equal("per_channel_affine", perChannel.Scheme);
        Assert.Equal(0, perChannel.Axis);
        Assert.Equal([0.1f, 0.2f], perChannel.Scales!.ToFloat32());
        Assert.Equal([1f, 2f], perChannel.ZeroPoints!.ToFloat32());
        Assert.Equal("MR0521", Assert.Throws<WeightsFormatException>(() => file.Tensors[0].ToFloat32()).Code);
    }

    [Fact]
    public void Open_PackedElements_CountsThemAgainstTheBytes()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("packed.pth"));
        var tensor = Assert.Single(file.Tensors);
        Assert.Equal((DType.QUInt4x2, 5L, 3L), (tensor.DType, tensor.ElementCount, tensor.ByteLength));
        Assert.Equal(3, tensor.Bytes.Length);
    }

    [Fact]
    public void Open_MetaTensor_HasShapeAndNoData()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("meta.pth"));
        Assert.True(file.TryGetTensor("m", out var meta));
        Assert.False(meta.HasData);
        Assert.Equal([3L, 4L], meta.Shape.ToArray());
        Assert.Equal("MR0520", Assert.Throws<WeightsFormatException>(() => meta.Bytes.Length).Code);
    }

    [Fact]
    public void Open_WholeModule_IsRefusedByName()
    {
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(Fixture.PathOf("whole_module.pth")));
        Assert.Equal("MR0512", refusal.Code);
        Assert.Contains("torch.nn.modules.container.Sequential", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.Findings, f => f.What.Contains("torch.nn.modules.linear.Linear", StringComparison.Ordinal));
        Assert.Contains("state_dict", refusal.Hint, StringComparison.Ordinal);
        Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(Fixture.PathOf("whole_module.pth"), new WeightsReadOptions { TensorsOnly = true }));
    }

    [Fact]
    public void Open_NumpyScalarsAndNamespace_AreRefusedWithAnOfferToSkipThem()
    {
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(Fixture.PathOf("namespace.pth")));
        Assert.Equal("MR0527", refusal.Code);
        Assert.Contains("argparse.Namespace", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--tensors-only", refusal.Hint, StringComparison.Ordinal);

        using var file = WeightsFile.Open(Fixture.PathOf("namespace.pth"), new WeightsReadOptions { TensorsOnly = true });
        Assert.Contains(file.Findings, f => f.Code == "MR0522" && f.What.Contains("argparse.Namespace", StringComparison.Ordinal));
        Assert.NotEmpty(file.Tensors);
    }

    [Fact]
    public void ModuleTree_OfAStateDict_NestsAndCounts()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("state_dict.pth"));
        var root = file.ModuleTree;
        Assert.Equal(["conv1", "bn1", "layer1", "fc"], root.Children.Select(c => c.Name));
        Assert.Equal(file.Tensors.Count, root.TensorCount);
        Assert.Equal("layer1.0", root.Children[2].Children[0].Path);
        Assert.Equal((4 * 3) + 3, root.Children[3].ParameterCount);
        Assert.Equal(0, root.Children[3].BufferCount);
    }

    [Fact]
    public void ModuleTree_OfABatchNorm_CountsItsStatisticsAsBuffersLikePyTorch()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("state_dict.pth"));
        var norm = file.ModuleTree.Children[1];
        var channels = norm.Tensors.Single(t => t.Name == "bn1.weight").ElementCount;

        Assert.Equal(2 * channels, norm.ParameterCount);
        Assert.Equal((2 * channels) + 1, norm.BufferCount);
        Assert.Equal(file.Tensors.Sum(t => t.ElementCount), file.ModuleTree.ParameterCount + file.ModuleTree.BufferCount);
    }

    [Fact]
    public void Open_UnicodeAndHostileNames_AreKeptAndEscaped()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("names.pth"));
        Assert.True(file.TryGetTensor("größe.权重", out _));
        Assert.True(file.TryGetTensor("", out var empty));
        Assert.Equal(2, empty.ElementCount);
        Assert.True(file.TryGetTensor("a/../b", out _));
    }
}
