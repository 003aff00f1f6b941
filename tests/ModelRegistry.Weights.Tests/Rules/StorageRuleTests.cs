using static ModelRegistry.Weights.Tests.TorchFile;

namespace ModelRegistry.Weights.Tests;

/// <summary>Rules of storages, tensors and the legacy layout.</summary>
public sealed class StorageRuleTests
{
    private static byte[] Single(Func<PickleBuilder, PickleBuilder> tensor) =>
        TorchFile.Zip(tensor(new PickleBuilder().Op("}").Text("w")).Op("s").Stop());

    private static PickleBuilder Rebuilt(PickleBuilder p, Func<PickleBuilder, PickleBuilder> id) =>
        id(p.Global("torch._utils", "_rebuild_tensor_v2").Op("((")).Op("tQ").Int(0).Tuple(6).Tuple(1).Raw(0x89).Global("collections", "OrderedDict").Op(")RtR");

    [Fact]
    public void Open_PersistentId_HasItsFiveItems()
    {
        Accepted(Single(p => Rebuilt(p, i => i.Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(6))));
        Refused(Single(p => Rebuilt(p, i => i.Text("module").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(6))), "MR0515", "not 'storage'");
        Refused(Single(p => Rebuilt(p, i => i.Text("storage").Global("torch", "float32").Text("0").Text("cpu").Int(6))), "MR0515", "no storage type");
        Refused(Single(p => Rebuilt(p, i => i.Text("storage").Global("torch", "FloatStorage").Int(0).Text("cpu").Int(6))), "MR0515", "key is no text");
        Refused(Single(p => Rebuilt(p, i => i.Text("storage").Global("torch", "FloatStorage").Text("0").Op("N").Int(6))), "MR0515", "device");
        Refused(Single(p => Rebuilt(p, i => i.Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(-1))), "MR0515", "negative");
        Refused(Single(p => Rebuilt(p, i => i.Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(6).Op("N"))), "MR0515", "tuple of 5");
    }

    [Theory]
    [InlineData("../0")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("0\0")]
    [InlineData("é")]
    public void Open_StorageKey_HoldsPlainCharactersOnly(string key) => Refused(Single(p => p.Tensor(key)), "MR0515", "key");

    [Fact]
    public void Open_OneKey_MeansOneSize() =>
        Refused(TorchFile.Zip(new PickleBuilder().Op("}").Text("w").Tensor().Op("s").Text("v").Tensor(count: 5, shape: [5], strides: [1]).Op("s").Stop()), "MR0515", "in another");

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(long.MaxValue)]
    public void Open_RecordLength_EqualsCountTimesElementSize(long count) => Refused(Single(p => p.Tensor(count: count, shape: [1], strides: [1])), "MR0516", "its record has 24");

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 1 }, 0, "unequal rank")]
    [InlineData(new long[] { -1, 3 }, new long[] { 3, 1 }, 0, "size is negative")]
    [InlineData(new long[] { 2, 3 }, new long[] { -3, 1 }, 0, "stride is negative")]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, -1, "offset is negative")]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, 1, "outside the storage")]
    [InlineData(new long[] { 2, 4 }, new long[] { 3, 1 }, 0, "outside the storage")]
    [InlineData(new long[] { 2, 3 }, new long[] { 4, 1 }, 0, "outside the storage")]
    [InlineData(new long[] { 2, 3 }, new long[] { long.MaxValue, 1 }, 0, "outside the storage")]
    [InlineData(new long[] { 0 }, new long[] { 1 }, 7, "outside the storage")]
    [InlineData(new long[] { 1L << 41 }, new long[] { 0 }, 0, "elements")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, 0, "elements")]
    public void Open_ImpossibleTensor_IsRefused(long[] shape, long[] strides, long offset, string fragment) =>
        Refused(Single(p => p.Tensor(shape: shape, strides: strides, offset: offset)), "MR0517", fragment);

    [Theory]
    [InlineData(new long[] { 0, 5 }, new long[] { 5, 1 }, 6)]
    [InlineData(new long[] { 2, 3 }, new long[] { 1, 1 }, 2)]
    [InlineData(new long[] { 1000 }, new long[] { 0 }, 5)]
    [InlineData(new long[] { }, new long[] { }, 5)]
    public void Open_UnusualTensor_IsAccepted(long[] shape, long[] strides, long offset) =>
        Accepted(Single(p => p.Tensor(shape: shape, strides: strides, offset: offset)));

    [Fact]
    public void Open_MoreThan64Dimensions_IsRefused()
    {
        var (ones64, ones65) = (Enumerable.Repeat(1L, 64).ToArray(), Enumerable.Repeat(1L, 65).ToArray());
        Accepted(Single(p => p.Tensor(shape: ones64, strides: ones64)));
        Refused(Single(p => p.Tensor(shape: ones65, strides: ones65)), "MR0513", "_rebuild_tensor_v2");
    }

    [Fact]
    public void Open_TensorThatIsBuiltAndDropped_FollowsTheRulesToo() =>
        Refused(TorchFile.Zip(new PickleBuilder().Tensor(offset: 1).Op("0}").Text("w").Tensor().Op("s").Stop()), "MR0517", "outside the storage");

    [Fact]
    public void Open_TensorBytesThatLookLikeAPickle_AreData()
    {
        byte[] evil = [.. new PickleBuilder().Global("os", "system").Text("id").Op("\u0085R").Stop(), .. new byte[24]];
        Accepted(TorchFile.Zip(data: evil[..24]));
    }

    [Fact]
    public void Open_CollidingNames_AreToldApartByKeyPath()
    {
        var nested = new PickleBuilder().Op("}").Text("a").Op("}").Text("b").Tensor().Op("ss").Text("a.b").Tensor().Op("s").Stop();
        using var file = WeightsFile.Open(TorchFile.Zip(nested));
        Assert.Equal(2, file.Tensors.Count);
        Assert.NotEqual(file.Tensors[0].KeyPath, file.Tensors[1].KeyPath);
        Assert.False(file.TryGetTensor("a.b", out _));
        Assert.Contains(file.Findings, f => f.Code == "MR0523");
    }

    [Fact]
    public void Open_ControlCharactersInNames_AreEscaped()
    {
        using var file = WeightsFile.Open(TorchFile.Zip(new PickleBuilder().Op("}").Text("a\u001b[31m\0\u202eb").Tensor().Op("s").Int(7).Tensor().Op("s").Stop()));
        Assert.Equal(@"a\u{1b}[31m\u{0}\u{202e}b", file.Tensors[0].Name);
        Assert.Equal(new TensorKey(TensorKeyKind.Integer, "7"), file.Tensors[1].KeyPath[0]);
    }

    [Fact]
    public void Open_Legacy_IsAccepted() => Accepted(Legacy());

    /// <summary>PyTorch writes what the machine says of itself, reads it, and goes by little endian all the same.</summary>
    [Fact]
    public void Open_LegacyThatSaysBigEndian_IsLittleEndianLikeForPyTorch()
    {
        var bytes = Legacy(littleEndian: false);
        Accepted(bytes);
        using var file = WeightsFile.Open(bytes);
        Assert.Equal([0f, 1f], file.Tensors[0].ToFloat32());
    }

    [Fact]
    public void Open_LegacyKeys_AreThoseTheDataUses()
    {
        Refused(Legacy(keys: ["1"]), "MR0519", "does not use");
        Refused(Legacy(keys: []), "MR0519", "does not name");
        Refused(Legacy(keys: ["0", "0"], suffix: [.. BitConverter.GetBytes(6L), .. Data]), "MR0519", "twice");
    }

    [Fact]
    public void Open_LegacyCounts_AreThoseOfThePickle() => Refused(Legacy(count: 5), "MR0516", "by its own header");

    [Fact]
    public void Open_LegacyDataCutShort_IsRefused() => Refused(Legacy(data: Data[..20]), "MR0516", "leaves the file");

    [Fact]
    public void Open_LegacyTail_IsRefused() => Refused(Legacy(suffix: [0]), "MR0518", "follow the last storage");

    [Fact]
    public void Open_LegacyGlobals_AreHeldToTheList() =>
        Refused(Legacy(new PickleBuilder().Global("os", "system").Text("id").Op("\u0085R").Stop()), "MR0512", "os.system");

    [Fact]
    public void Open_LegacyGlobalsInAnyOfTheFivePickles_AreRefused() =>
        Refused([.. Legacy()[..15], .. new PickleBuilder().Global("os", "system").Stop()], "MR0512", "os.system");

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(5, 2, false)]
    [InlineData(-1, 2, false)]
    [InlineData(0, -2, false)]
    public void Open_LegacyView_LiesWithinItsStorage(long offset, long count, bool fits)
    {
        var file = Legacy(LegacyStateDict(view: p => p.Op("(").Text("9").Int(offset).Int(count).Op("t")));
        if (fits)
        {
            using var opened = WeightsFile.Open(file);
            Assert.Equal([1f, 2f], opened.Tensors[0].ToFloat32());
        }
        else
        {
            Refused(file, "MR0515", "view");
        }
    }

    [Fact]
    public void Open_LegacyTensorOutsideItsView_IsRefused() =>
        Refused(Legacy(LegacyStateDict(view: p => p.Op("(").Text("9").Int(0).Int(1).Op("t"))), "MR0517", "outside the storage");
}
