namespace ModelRegistry.Weights.Tests.Safetensors;

public sealed class SafetensorsReaderTests
{
    [Fact]
    public void Open_GenuineFile_GivesTensorsInTheOrderOfTheirData()
    {
        using var file = Open("""{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"I16","shape":[2,1],"data_offsets":[0,4]}}""", 12);

        Assert.Equal(WeightsFormat.Safetensors, file.Format);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["a", "b"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(DType.Int16, file.Tensors[0].DType);
        Assert.Equal<long>([2, 1], file.Tensors[0].Shape);
        Assert.Equal([0, 1, 2, 3], file.Tensors[0].Bytes.ToArray());
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], file.Tensors[1].Bytes.ToArray());
        Assert.Equal(new TensorKey(TensorKeyKind.Name, "b"), Assert.Single(file.Tensors[1].KeyPath));
    }

    [Theory]
    [InlineData((byte)'{', (byte)0x3F, false)]
    [InlineData((byte)'{', (byte)'"', true)]
    [InlineData((byte)'{', (byte)'}', true)]
    public void Scan_NumbersWithABraceWhereAHeaderWouldBegin_AreNoSafetensors(byte brace, byte next, bool recognised)
    {
        byte[] numbers = [0x3C, 0x9A, 0x11, 0xBE, 0x00, 0x84, 0xC2, 0x3D, brace, next, 0x51, 0xBD, .. new byte[500]];

        Assert.Equal(recognised ? ScanVerdict.Invalid : ScanVerdict.Unknown, WeightsScanner.Scan(numbers).Verdict);
    }

    [Theory]
    [InlineData("BOOL", DType.Bool, 1)]
    [InlineData("U8", DType.UInt8, 1)]
    [InlineData("I8", DType.Int8, 1)]
    [InlineData("F8_E5M2", DType.Float8E5M2, 1)]
    [InlineData("F8_E4M3", DType.Float8E4M3, 1)]
    [InlineData("F8_E8M0", DType.Float8E8M0, 1)]
    [InlineData("I16", DType.Int16, 2)]
    [InlineData("U16", DType.UInt16, 2)]
    [InlineData("F16", DType.Float16, 2)]
    [InlineData("BF16", DType.BFloat16, 2)]
    [InlineData("I32", DType.Int32, 4)]
    [InlineData("U32", DType.UInt32, 4)]
    [InlineData("F32", DType.Float32, 4)]
    [InlineData("C64", DType.Complex64, 8)]
    [InlineData("F64", DType.Float64, 8)]
    [InlineData("I64", DType.Int64, 8)]
    [InlineData("U64", DType.UInt64, 8)]
    public void Open_EveryType_IsKnown(string name, DType dtype, int size)
    {
        using var file = Open($$$"""{"t":{"dtype":"{{{name}}}","shape":[3],"data_offsets":[0,{{{3 * size}}}]}}""", 3 * size);
        Assert.Equal(dtype, Assert.Single(file.Tensors).DType);
    }

    [Theory]
    [InlineData("F4", 4, 2)]
    [InlineData("F6_E2M3", 4, 3)]
    [InlineData("F6_E3M2", 8, 6)]
    public void Open_TypesPackedBelowAByte_FillWholeBytes(string name, int elements, int bytes)
    {
        using var file = Open($$$"""{"t":{"dtype":"{{{name}}}","shape":[{{{elements}}}],"data_offsets":[0,{{{bytes}}}]}}""", bytes);
        Assert.Equal(bytes, Assert.Single(file.Tensors).ByteLength);
        Refused("MR0553", "whole bytes", $$$"""{"t":{"dtype":"{{{name}}}","shape":[{{{elements - 1}}}],"data_offsets":[0,{{{bytes}}}]}}""", bytes);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData(" \n\t\r{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}   ", 1)]
    [InlineData("""{"":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1)]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"later":{"x":[1,{"y":null}]}}}""", 1)]
    [InlineData("""{"\ud83d\ude00":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1)]
    public void Open_UnusualButGenuine_IsAccepted(string header, int dataLength)
    {
        using var file = Open(header, dataLength);
        Assert.Equal(dataLength, file.Tensors.Sum(tensor => tensor.ByteLength));
    }

    [Theory]
    [InlineData(100_000_001, "more than 100000000")]
    [InlineData(long.MaxValue, "more than 100000000")]
    [InlineData(-1, "more than 100000000")]
    [InlineData(60, "where 59 are left")]
    public void Open_HeaderLengthThatCannotBe_IsRefused(long declared, string reason)
    {
        var header = """{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(58);
        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(SafetensorsBytes.Of(header, 1, declared)));
        Assert.Equal("MR0550", error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""", "twice")]
    [InlineData("""{"t":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "twice")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1,"x":1}}""", "twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "twice")]
    [InlineData("""{"\ud83d":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "surrogate")]
    [InlineData("""{"__metadata__":{"a":"\ude00"},"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "surrogate")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}""", "not valid")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} {}""", "not valid")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}""", "not valid")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}/**/}""", "not valid")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}}""", "depth")]
    public void Open_HeaderThatIsNotStrictJson_IsRefused(string header, string reason) => Refused("MR0551", reason, header, 1);

    [Fact]
    public void Open_HeaderThatIsNotUtf8_IsRefused()
    {
        byte[] header = [.. "{\"t"u8, 0xC3, 0x28, .. "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"u8];
        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(SafetensorsBytes.Of(header, 1)));
        Assert.Equal("MR0551", error.Code);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeeplyNestedHeader_IsRefusedAndDoesNotOverflow() =>
        Refused("MR0551", "depth", "{\"t\":{\"x\":" + new string('[', 1_000_000), 0);

    [Theory]
    [InlineData("""{"t":{"shape":[1],"data_offsets":[0,1]}}""", "lacks")]
    [InlineData("""{"t":{"dtype":"U8","data_offsets":[0,1]}}""", "lacks")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1]}}""", "lacks")]
    [InlineData("""{"t":{"dtype":"u8","shape":[1],"data_offsets":[0,1]}}""", "unknown")]
    [InlineData("""{"t":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}""", "not a string")]
    [InlineData("""{"t":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", "not an array")]
    [InlineData("""{"t":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", "non-negative integer")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", "non-negative integer")]
    [InlineData("""{"t":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", "non-negative integer")]
    [InlineData("""{"t":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}""", "non-negative integer")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", "two numbers")]
    [InlineData("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}""", "more than 2")]
    [InlineData("""{"t":[]}""", "not an object")]
    public void Open_TensorThatIsNotFullyDescribed_IsRefused(string header, string reason) => Refused("MR0552", reason, header, 1);

    [Theory]
    [InlineData("""{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3, "the file holds 3")]
    [InlineData("""{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "the file holds 1")]
    [InlineData("""{"t":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2, "overlaps")]
    [InlineData("""{"t":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", 2, "before its start")]
    [InlineData("""{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}}""", 2, "shape and dtype need 3")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,2]}}""", 2, "shape and dtype need 4")]
    public void Open_DataWithHolesOverlapsOrOtherSizes_IsRefused(string header, int dataLength, string reason) => Refused("MR0553", reason, header, dataLength);

    [Theory]
    [InlineData("[4294967296,4294967296]")]
    [InlineData("[9223372036854775807,2]")]
    [InlineData("[1099511627776,2]")]
    public void Open_ShapeWhoseSizeOverflows_IsRefused(string shape) =>
        Refused("MR0517", "elements", $$$"""{"t":{"dtype":"F64","shape":{{{shape}}},"data_offsets":[0,0]}}""", 0);

    [Theory]
    [InlineData("""{"__metadata__":{"a":1}}""")]
    [InlineData("""{"__metadata__":{"a":null}}""")]
    [InlineData("""{"__metadata__":{"a":{"b":"c"}}}""")]
    [InlineData("""{"__metadata__":["a"]}""")]
    [InlineData("""{"__metadata__":null}""")]
    public void Open_MetadataOtherThanStrings_IsRefused(string header) => Refused("MR0554", "strings only", header, 0);

    [Fact]
    public void Open_JsonFile_IsNotTakenForSafetensors()
    {
        var error = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open("{\"key\":[{\"a\":1}]}"u8.ToArray()));
        Assert.StartsWith("MR050", error.Code, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NameFromAStranger_IsShownEscapedAndKeptExactly()
    {
        using var file = Open("""{"<b>\u001b[31m\u0000":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1);
        Assert.Equal("<b>\\u{1b}[31m\\u{0}", file.Tensors[0].Name);
        Assert.Equal("<b>\u001b[31m\0", file.Tensors[0].KeyPath[0].Text);
    }

    [Fact]
    public void Open_MutatedFiles_GiveAResultOrACodedError()
    {
        const string Header = """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}""";
        var genuine = SafetensorsBytes.Of(Header, 24);
        var random = new Random(5);
        const string Alphabet = "{}[]\":,0123456789-.eE\\u dtFpos_";
        var accepted = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = (byte[])genuine.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)Alphabet[random.Next(Alphabet.Length)];
            try
            {
                using var file = WeightsFile.Open(bytes.AsMemory(0, random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length));
                accepted++;
                // What opens can be read to the last byte.
                Assert.All(file.Tensors, tensor => Assert.Equal(tensor.ByteLength, tensor.Bytes.Length));
            }
            catch (WeightsFormatException e)
            {
                Assert.StartsWith("MR05", e.Code, StringComparison.Ordinal);
            }
        }
        Assert.InRange(accepted, 1, 9_999);
    }

    private static WeightsFile Open(string header, int dataLength) => WeightsFile.Open(SafetensorsBytes.Of(header, dataLength));

    private static void Refused(string code, string reason, string header, int dataLength)
    {
        var error = Assert.Throws<WeightsFormatException>(() => Open(header, dataLength));
        Assert.Equal(code, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
