namespace ModelRegistry.Weights.Tests.Gguf;

public sealed class GgufReaderTests
{
    [Fact]
    public void Open_HeaderMetadataAndTensors_AreRead()
    {
        byte[] array = [.. BitConverter.GetBytes(8u), .. BitConverter.GetBytes(2UL), .. GgufBuilder.Of("<s>"), .. GgufBuilder.Of("</s>")];
        var bytes = new GgufBuilder()
            .Text("general.architecture", "llama").Number("llama.block_count", 2).Pair("tokenizer.ggml.tokens", 9, array).Pair("x", 6, BitConverter.GetBytes(0.5f))
            .Tensor("token_embd.weight", 0, [3, 2], [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))])
            .Tensor("blk.0.attn_q.weight", 12, [512, 2], new byte[4 * 144])
            .Tensor("blk.0.norm", 30, [5], new byte[10])
            .Build();
        using var file = WeightsFile.Open(bytes);
        Assert.Equal(WeightsFormat.Gguf, file.Format);
        Assert.Equal(["token_embd.weight float32[2, 3]", "blk.0.attn_q.weight q4_k[2, 512]", "blk.0.norm bfloat16[5]"], file.Tensors.Select(t => t.ToString()));
        Assert.Equal([0f, 1, 2, 3, 4, 5], file.Tensors[0].ToFloat32());
        Assert.Equal((576L, 1024L), (file.Tensors[1].ByteLength, file.Tensors[1].ElementCount));
        Assert.Equal(576, file.Tensors[1].Bytes.Length);
        Assert.Equal("MR0521", Assert.Throws<WeightsFormatException>(() => file.Tensors[1].ToFloat32()).Code);
        Assert.Equal(("llama", "2", "[2 values]", "0.5", "3"), (file.Metadata["general.architecture"], file.Metadata["llama.block_count"], file.Metadata["tokenizer.ggml.tokens"], file.Metadata["x"], file.Metadata["gguf.version"]));
        Assert.Equal(6 + 1024 + 5, file.ModuleTree.ParameterCount);
        Assert.Equal((ScanVerdict.Safe, "gguf"), (WeightsScanner.Scan(bytes).Verdict, WeightsScanner.Scan(bytes).Format));
    }

    [Fact]
    public void Open_AlignmentOfItsOwn_IsKept()
    {
        using var file = WeightsFile.Open(new GgufBuilder { Alignment = 64 }.Number("general.alignment", 64).Tensor("a", 0, [1], [0, 0, 128, 63]).Tensor("b", 0, [1], [0, 0, 0, 64]).Build());
        Assert.Equal([1f, 2f], file.Tensors.Select(t => t.ToFloat32()[0]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Open_EveryQuantisedType_HasItsSize(uint type, int block, int bytes)
    {
        using var file = WeightsFile.Open(new GgufBuilder().Tensor("a", type, [(ulong)block * 2, 3], new byte[bytes * 6]).Build());
        Assert.Equal(bytes * 6, file.Tensors[0].ByteLength);
        Assert.Equal(block, file.Tensors[0].DType.ElementsPerBlock());
        Assert.Equal("MR0541", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(new GgufBuilder().Tensor("a", type, [(ulong)block * 2, 3], new byte[(bytes * 6) - 1]).Build())).Code);
    }

    /// <summary>From GGML_QUANT_SIZES of gguf-py.</summary>
    public static TheoryData<uint, int, int> Types => new()
    {
        { 2, 32, 18 }, { 3, 32, 20 }, { 6, 32, 22 }, { 7, 32, 24 }, { 8, 32, 34 }, { 10, 256, 84 }, { 11, 256, 110 }, { 12, 256, 144 }, { 13, 256, 176 }, { 14, 256, 210 }, { 15, 256, 292 },
        { 16, 256, 66 }, { 17, 256, 74 }, { 18, 256, 98 }, { 19, 256, 50 }, { 20, 32, 18 }, { 21, 256, 110 }, { 22, 256, 82 }, { 23, 256, 136 }, { 29, 256, 56 }, { 34, 256, 54 }, { 35, 256, 66 }, { 39, 32, 17 },
    };

    [Fact]
    public void Open_FileThatLies_IsRefusedWithinBounds()
    {
        Refused("MR0540", "tensors", new GgufBuilder { TensorCount = 1UL << 60 }.Build());
        Refused("MR0540", "key-value", new GgufBuilder { PairCount = ulong.MaxValue }.Build());
        Refused("MR0540", "leaves the file", [.. new GgufBuilder { PairCount = 1 }.Build(), .. BitConverter.GetBytes(ulong.MaxValue), .. new byte[16]]);
        Refused("MR0540", "items of an array", new GgufBuilder().Pair("a", 9, [.. BitConverter.GetBytes(4u), .. BitConverter.GetBytes(1UL << 62)]).Build());
        Refused("MR0540", "nested", new GgufBuilder().Pair("a", 9, [.. Enumerable.Repeat((byte[])[9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], 50).SelectMany(x => x)]).Build());
        Refused("MR0540", "twice", new GgufBuilder().Text("a", "1").Text("a", "2").Build());
        Refused("MR0540", "unknown type 99", new GgufBuilder().Pair("a", 99, new byte[8]).Build());
        Refused("MR0540", "a boolean is 7", new GgufBuilder().Pair("a", 7, [7]).Build());
        Refused("MR0540", "alignment", new GgufBuilder().Number("general.alignment", 0).Build());
        Refused("MR0540", "version 9", new GgufBuilder(9).Build());
        Refused("MR0540", "big endian", new GgufBuilder(3u << 24).Build());
        Refused("MR0541", "unknown", new GgufBuilder().Tensor("a", 77, [1], new byte[4]).Build());
        Refused("MR0541", "dimensions", new GgufBuilder().Tensor("a", 0, [1, 1, 1, 1, 1], new byte[4]).Build());
        Refused("MR0541", "do not fill blocks", new GgufBuilder().Tensor("a", 2, [33], new byte[36]).Build());
        Refused("MR0541", "twice", new GgufBuilder().Tensor("a", 0, [1], new byte[4]).Tensor("a", 0, [1], new byte[4]).Build());
        Refused("MR0541", "start at 64", new GgufBuilder().Tensor("a", 0, [1], new byte[4], offset: 64).Build());
        Refused("MR0541", "leave the file", new GgufBuilder().Tensor("a", 0, [1000], new byte[4]).Build());
        Refused("MR0517", "elements", new GgufBuilder().Tensor("a", 0, [1UL << 30, 1UL << 30, 1UL << 3], new byte[4]).Build());
        Refused("MR0518", "follow", [.. new GgufBuilder().Tensor("a", 0, [8], new byte[32]).Build(), .. new byte[64]]);
    }

    [Fact]
    public void Open_EveryPrefix_IsRefused()
    {
        var bytes = new GgufBuilder().Text("general.architecture", "llama").Tensor("a", 0, [8], new byte[32]).Build();
        for (var length = 0; length < bytes.Length; length++)
        {
            var prefix = bytes.AsMemory(0, length);
            Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(prefix));
            Assert.NotEqual(ScanVerdict.Safe, WeightsScanner.Scan(prefix).Verdict);
        }
    }

    private static void Refused(string code, string fragment, byte[] bytes)
    {
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ScanVerdict.Invalid, WeightsScanner.Scan(bytes).Verdict);
    }
}
