namespace ModelRegistry.Weights.Tests.Onnx;

public sealed class OnnxReaderTests
{
    [Fact]
    public void Open_RawData_IsAViewOfTheFile()
    {
        using var file = Open(OnnxBytes.Tensor(OnnxBytes.Float, 2).Bytes(9, [1, 2, 3, 4, 5, 6, 7, 8]));
        var tensor = Assert.Single(file.Tensors);
        Assert.Equal("w", tensor.Name);
        Assert.NotNull(tensor.FileRange);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], tensor.Bytes.ToArray());
    }

    [Fact]
    public void Open_PackedDimensions_AreTheSameAsUnpacked()
    {
        byte[] tensor = new ProtobufBuilder().Packed(1, 2, 1).Varint(2, OnnxBytes.Float).String(8, "w").Bytes(9, new byte[8]);
        using var file = Open(tensor);
        Assert.Equal<long>([2, 1], file.Tensors[0].Shape);
    }

    [Fact]
    public void Open_WeightsOfSubGraphsAndConstants_AreListedByTheirPlace()
    {
        byte[] weight = OnnxBytes.Tensor(OnnxBytes.Float, 2, 3).Bytes(9, new byte[24]), number = new ProtobufBuilder().Varint(1, 4).Varint(2, OnnxBytes.Float).Bytes(9, new byte[16]);
        var loop = Node("Loop", "", "body", 6, new ProtobufBuilder().Bytes(1, Constant(weight)).Bytes(1, Constant(number)));
        var branch = new ProtobufBuilder().Bytes(5, weight).Bytes(1, loop);
        var graph = OnnxBytes.Graph().Bytes(1, Node("If", "choose", "then_branch", 6, branch)).Bytes(1, Node("If", "choose", "then_branch", 6, branch)).Bytes(1, Node("ConstantOfShape", "", "value", 5, weight)).Bytes(1, Constant(weight)).Bytes(5, weight);

        using var file = WeightsFile.Open((byte[])OnnxBytes.Model(graph).Bytes(25, new ProtobufBuilder().String(1, "f").Bytes(7, Constant(weight))));

        Assert.Equal(7, file.Tensors.Count);
        Assert.Equal(
            ["w", "choose.then_branch.w", "choose.then_branch.Loop_0.body.w", "choose.then_branch.w#", "choose.then_branch.Loop_0.body.w#", "w#", "f.w"],
            file.Tensors.Select(tensor => tensor.Name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));
        Assert.Equal(7 * 6, file.ModuleTree.ParameterCount);
        Assert.All(file.Tensors, tensor => Assert.Equal(24, tensor.Bytes.Length));

        static byte[] Constant(byte[] tensor) => Node("Constant", "", "value", 5, tensor);
        static byte[] Node(string type, string name, string attribute, int field, byte[] value) =>
            new ProtobufBuilder().Bytes(5, new ProtobufBuilder().String(1, attribute).Bytes(field, value)).String(3, name).String(4, type);
    }

    // Looking at the whole operator again for each of them would take hours.
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Open_AnOperatorWithAMillionAttributes_IsReadOnce(int field)
    {
        byte[] attribute = new ProtobufBuilder().Bytes(5, new ProtobufBuilder().Bytes(field, []));
        byte[] node = [.. Enumerable.Repeat(attribute, 1_000_000).SelectMany(bytes => bytes), .. (byte[])new ProtobufBuilder().String(4, "Foo")];

        using var file = WeightsFile.Open((byte[])OnnxBytes.Model(OnnxBytes.Graph().Bytes(1, node)));

        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Open_AnAttributeWithAMillionGraphs_IsReadOnce()
    {
        byte[] graph = new ProtobufBuilder().Bytes(11, []);
        byte[] attribute = [.. Enumerable.Repeat(graph, 1_000_000).SelectMany(bytes => bytes), .. (byte[])new ProtobufBuilder().String(1, "branches")];

        using var file = WeightsFile.Open((byte[])OnnxBytes.Model(OnnxBytes.Graph().Bytes(1, new ProtobufBuilder().Bytes(5, attribute))));

        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Bytes_OfTypedFloats_AreThoseOfRawData()
    {
        using var unpacked = Open(OnnxBytes.Tensor(OnnxBytes.Float, 2).Float(4, 1.5f).Float(4, -2));
        using var packed = Open(OnnxBytes.Tensor(OnnxBytes.Float, 2).Bytes(4, [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]));
        Assert.Equal([1.5f, -2f], unpacked.Tensors[0].ToFloat32());
        Assert.Equal([1.5f, -2f], packed.Tensors[0].ToFloat32());
        Assert.Null(packed.Tensors[0].FileRange);
    }

    [Theory]
    [InlineData(2, 5, new ulong[] { 200, 1 }, new byte[] { 200, 1 })]
    [InlineData(3, 5, new ulong[] { ulong.MaxValue, 1 }, new byte[] { 255, 1 })]
    [InlineData(5, 5, new ulong[] { ulong.MaxValue - 1, 300 }, new byte[] { 254, 255, 44, 1 })]
    [InlineData(6, 5, new ulong[] { 70000, 1 }, new byte[] { 0x70, 0x11, 1, 0, 1, 0, 0, 0 })]
    [InlineData(7, 7, new ulong[] { 1, 2 }, new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(9, 5, new ulong[] { 1, 0 }, new byte[] { 1, 0 })]
    [InlineData(10, 5, new ulong[] { 0x3C00, 0xBC00 }, new byte[] { 0, 0x3C, 0, 0xBC })]
    [InlineData(12, 11, new ulong[] { 4294967295, 1 }, new byte[] { 255, 255, 255, 255, 1, 0, 0, 0 })]
    [InlineData(13, 11, new ulong[] { ulong.MaxValue, 1 }, new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(16, 5, new ulong[] { 0x3F80, 0xBF80 }, new byte[] { 0x80, 0x3F, 0x80, 0xBF })]
    public void Bytes_OfTypedIntegers_AreThoseOfRawData(ulong dataType, int field, ulong[] values, byte[] expected)
    {
        using var packed = Open(OnnxBytes.Tensor(dataType, 2).Packed(field, values));
        using var unpacked = Open(OnnxBytes.Tensor(dataType, 2).Varint(field, values[0]).Varint(field, values[1]));
        Assert.Equal(expected, packed.Tensors[0].Bytes.ToArray());
        Assert.Equal(expected, unpacked.Tensors[0].Bytes.ToArray());
    }

    [Fact]
    public void Bytes_OfTypedComplexAndHalfBytes_CountTheirParts()
    {
        using var complex = Open(OnnxBytes.Tensor(14, 1).Float(4, 1).Float(4, 2));
        Assert.Equal(8, complex.Tensors[0].Bytes.Length);
        using var int4 = Open(OnnxBytes.Tensor(22, 3).Packed(5, 0x21, 0x03));
        Assert.Equal([0x21, 0x03], int4.Tensors[0].Bytes.ToArray());
    }

    [Fact]
    public void Open_Strings_AreListedWithoutData()
    {
        using var file = Open(OnnxBytes.Tensor(8, 2).String(6, "cat").String(6, "dog"));
        Assert.Equal(DType.String, file.Tensors[0].DType);
        Assert.False(file.Tensors[0].HasData);
    }

    [Fact]
    public void Open_EmptyTensor_NeedsNoData()
    {
        using var file = Open(OnnxBytes.Tensor(OnnxBytes.Float, 0, 3));
        Assert.Equal(0, file.Tensors[0].Bytes.Length);
    }

    public static TheoryData<string, byte[]> Invalid => new()
    {
        { "has 4 raw bytes where shape and type need 8", OnnxBytes.Tensor(OnnxBytes.Float, 2).Bytes(9, new byte[4]) },
        { "has no data", OnnxBytes.Tensor(OnnxBytes.Float, 2) },
        { "unknown data type 99", OnnxBytes.Tensor(99, 2).Bytes(9, new byte[8]) },
        { "unknown data type 0", OnnxBytes.Tensor(0, 2).Bytes(9, new byte[8]) },
        { "no name", new ProtobufBuilder().Varint(1, 1).Varint(2, 1).Bytes(9, new byte[4]) },
        { "more than one way", OnnxBytes.Tensor(OnnxBytes.Float, 1).Float(4, 1).Bytes(9, new byte[4]) },
        { "raw data twice", OnnxBytes.Tensor(OnnxBytes.Float, 1).Bytes(9, new byte[4]).Bytes(9, new byte[4]) },
        { "data of two types", OnnxBytes.Tensor(OnnxBytes.Float, 1).Float(4, 1).Packed(7, 1) },
        { "not for float", OnnxBytes.Tensor(OnnxBytes.Float, 1).Packed(7, 1) },
        { "holds 1 values where shape and type need 2", OnnxBytes.Tensor(7, 2).Packed(7, 1) },
        { "segments", OnnxBytes.Tensor(OnnxBytes.Float, 1).Bytes(3, []).Bytes(9, new byte[4]) },
        { "states 'offset' twice", OnnxBytes.Tensor(OnnxBytes.Float, 1).External(("location", "w.bin"), ("offset", "0"), ("offset", "0")) },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Open_InitializerThatContradictsItself_IsRefused(string reason, byte[] tensor)
    {
        var error = Assert.Throws<WeightsFormatException>(() => Open(tensor));
        Assert.Equal("MR0561", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_OfTypedValueThatDoesNotFit_AreRefusedWhenAskedFor()
    {
        using var file = Open(OnnxBytes.Tensor(2, 1).Packed(5, 256));
        var error = Assert.Throws<WeightsFormatException>(() => file.Tensors[0].Bytes.ToArray());
        Assert.Equal("MR0561", error.Code);
        Assert.Contains("does not fit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShapeThatOverflowsOrIsNegative_IsRefused()
    {
        Assert.Equal("MR0517", Assert.Throws<WeightsFormatException>(() => Open(OnnxBytes.Tensor(1, long.MaxValue, 8).Bytes(9, new byte[4]))).Code);
        Assert.Equal("MR0561", Assert.Throws<WeightsFormatException>(() => Open(OnnxBytes.Tensor(1, ulong.MaxValue).Bytes(9, new byte[4]))).Code);
    }

    [Fact]
    public void Open_DamagedProtobuf_IsRefusedWithItsOffset()
    {
        byte[] whole = OnnxBytes.WithInitializer(OnnxBytes.Tensor(OnnxBytes.Float, 2).Bytes(9, new byte[8]));
        var truncated = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(whole.AsMemory(0, whole.Length - 10)));
        Assert.Equal("MR0560", truncated.Code);
        Assert.StartsWith("byte ", truncated.Where, StringComparison.Ordinal);

        Damaged("wire type 3", OnnxBytes.Graph().Bytes(5, new ProtobufBuilder().Tag(8, 3)));
        Damaged("out of range", OnnxBytes.Graph().Bytes(5, new ProtobufBuilder().RawVarint(0)));
        Damaged("longer than 64 bits", OnnxBytes.Graph().Bytes(5, [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]));
        Damaged("not UTF-8", OnnxBytes.Graph().Bytes(5, new ProtobufBuilder().Bytes(8, [0xC3, 0x28])));
        Damaged("where 2 is meant", OnnxBytes.Graph().Bytes(5, new ProtobufBuilder().Varint(8, 1)));
        Damaged("declares 5 bytes where 0 are left", OnnxBytes.Graph().Bytes(5, new ProtobufBuilder().Tag(8, 2).RawVarint(5)));
        Damaged("nests deeper", OnnxBytes.Graph().Bytes(11, new ProtobufBuilder().Bytes(2, Nested(40))));
    }

    [Fact]
    public void Open_TypesThatNest_AreNamedAsOnnxNamesThem()
    {
        var map = new ProtobufBuilder().Bytes(5, new ProtobufBuilder().Varint(1, 7).Bytes(2, new ProtobufBuilder().Bytes(1, new ProtobufBuilder().Varint(1, 1))));
        var graph = OnnxBytes.Graph().Bytes(11, new ProtobufBuilder().String(1, "scores").Bytes(2, new ProtobufBuilder().Bytes(4, new ProtobufBuilder().Bytes(1, map))));
        using var file = Assert.IsType<OnnxFile>(WeightsFile.Open((byte[])OnnxBytes.Model(graph)));
        var input = Assert.Single(file.Model.Inputs);
        Assert.Equal("seq(map(int64,tensor(float)))", input.Type);
        Assert.Null(input.DType);
        Assert.True(input.Dimensions.IsDefault);
    }

    [Fact]
    public void Open_RepeatedGraphOperatorSetOrInitializer_IsRefused()
    {
        byte[] tensor = OnnxBytes.Tensor(OnnxBytes.Float, 0);
        Repeated("more than one graph", OnnxBytes.Model(OnnxBytes.Graph()).Bytes(7, OnnxBytes.Graph()));
        Repeated("operator set '' in two versions", OnnxBytes.Model(OnnxBytes.Graph()).Bytes(8, new ProtobufBuilder().Varint(2, 99)));
        Repeated("initialiser 'w' stands in it twice", OnnxBytes.Model(OnnxBytes.Graph().Bytes(5, tensor).Bytes(5, tensor)));
        Repeated("metadata property 'k'", OnnxBytes.Model(OnnxBytes.Graph()).Bytes(14, new ProtobufBuilder().String(1, "k")).Bytes(14, new ProtobufBuilder().String(1, "k")));
    }

    /// <summary>skl2onnx and others import ONNX's own operators twice, also under both of their names.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ai.onnx")]
    public void Open_OperatorSetImportedTwiceInOneVersion_IsThatVersion(string? domain)
    {
        var again = new ProtobufBuilder();
        if (domain is not null) again.String(1, domain);
        byte[] model = OnnxBytes.Model(OnnxBytes.Graph()).Bytes(8, again.Varint(2, 17));
        using var file = WeightsFile.Open(model);
        Assert.Equal([new KeyValuePair<string, long>("", 17)], Assert.IsType<OnnxFile>(file).Model.Opsets);
        Assert.Equal(ScanVerdict.Safe, WeightsScanner.Scan(model).Verdict);
    }

    [Fact]
    public void Open_SparseInitializers_AreCountedInAFinding()
    {
        using var file = WeightsFile.Open((byte[])OnnxBytes.Model(OnnxBytes.Graph().Bytes(15, []).Bytes(15, [])));
        Assert.Equal("MR0564", Assert.Single(file.Findings).Code);
    }

    private static byte[] Nested(int depth)
    {
        byte[] type = new ProtobufBuilder();
        for (var i = 0; i < depth; i++)
            type = new ProtobufBuilder().Bytes(4, new ProtobufBuilder().Bytes(1, type));
        return type;
    }

    private static WeightsFile Open(byte[] tensor) => WeightsFile.Open(OnnxBytes.WithInitializer(tensor));

    private static void Damaged(string reason, byte[] graph)
    {
        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open((byte[])OnnxBytes.Model(graph)));
        Assert.Equal("MR0560", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static void Repeated(string reason, byte[] model)
    {
        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(model));
        Assert.Equal("MR0561", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
