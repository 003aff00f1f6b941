using System.Text;

namespace ModelRegistry.Weights.Tests.Npy;

public sealed class NpyFileTests
{
    [Fact]
    public void Write_ThenRead_GivesBackShapeAndValues()
    {
        var random = new Random(17);
        for (var round = 0; round < 200; round++)
        {
            var shape = new long[random.Next(5)];
            for (var i = 0; i < shape.Length; i++)
                shape[i] = random.Next(6);
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            for (var i = 0; i < values.Length; i++)
                values[i] = BitConverter.Int32BitsToSingle(random.Next());

            var array = NpyFile.Read(new MemoryStream(Written(shape, values)));

            Assert.Equal(shape, array.Shape);
            Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), array.ToFloat32().Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void Write_Header_IsByteForByteNumPys()
    {
        // numpy.save of numpy.zeros((2, 3), '<f4'), NumPy 1.24.
        var expected = "\x93NUMPY\x01\0\x76\0{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(127) + "\n";
        var written = Written([2, 3], new float[6]);
        Assert.Equal(expected, Encoding.Latin1.GetString(written, 0, 128));
        Assert.Equal(128 + 24, written.Length);
    }

    [Theory]
    [InlineData("<f4", new byte[] { 0, 0, 0xC0, 0x3F }, 1.5f)]
    [InlineData(">f4", new byte[] { 0x3F, 0xC0, 0, 0 }, 1.5f)]
    [InlineData("<f2", new byte[] { 0, 0xBE }, -1.5f)]
    [InlineData(">f2", new byte[] { 0xBE, 0 }, -1.5f)]
    [InlineData("<f8", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F }, 1.5f)]
    [InlineData(">f8", new byte[] { 0x3F, 0xF8, 0, 0, 0, 0, 0, 0 }, 1.5f)]
    [InlineData("|u1", new byte[] { 200 }, 200f)]
    [InlineData("|i1", new byte[] { 200 }, -56f)]
    [InlineData("<u2", new byte[] { 0x34, 0x12 }, 0x1234)]
    [InlineData(">i2", new byte[] { 0xFF, 0xFE }, -2f)]
    [InlineData("<i4", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, -2f)]
    [InlineData("<u4", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, 4294967295f)]
    [InlineData(">i8", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFD }, -3f)]
    [InlineData("<u8", new byte[] { 7, 0, 0, 0, 0, 0, 0, 0 }, 7f)]
    [InlineData("|b1", new byte[] { 1 }, 1f)]
    public void ToFloat32_OfEveryType_GivesTheValue(string descriptor, byte[] element, float expected)
    {
        var array = NpyFile.Read(Crafted($"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': (1,), }}", element));
        Assert.Equal(expected, Assert.Single(array.ToFloat32()));
        Assert.Equal(descriptor, array.ElementType.ToString());
    }

    [Fact]
    public void ToFloat32_OfColumnMajorArray_IsRowMajor()
    {
        // [[0, 1, 2], [3, 4, 5]] column by column.
        var array = NpyFile.Read(Crafted("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", [0, 3, 1, 4, 2, 5]));
        Assert.True(array.IsFortranOrder);
        Assert.Equal([0, 1, 2, 3, 4, 5], array.ToFloat32());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_LaterVersions_HaveAFourByteHeaderLength(byte version)
    {
        var array = NpyFile.Read(Crafted("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", [9], version));
        Assert.Empty(array.Shape);
        Assert.Equal([9f], array.ToFloat32());
    }

    [Theory]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3L,)}")]
    [InlineData("  {\"shape\": (3,), 'descr': '|u1', 'fortran_order': False , } \n")]
    public void Read_HeadersOfOtherWriters_AreAccepted(string header) =>
        Assert.Equal(3, NpyFile.Read(Crafted(header, [1, 2, 3])).Count);

    [Theory]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3)}", "not a tuple")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (-3,)}", "non-negative")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3 3)}", "','")]
    [InlineData("{'descr': '|u1', 'fortran_order': 0, 'shape': (3,)}", "True or False")]
    [InlineData("{'descr': '|u1', 'fortran_order': False}", "lacks")]
    [InlineData("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", "repeated")]
    [InlineData("{'descr': '|u1', 'more': 1, 'fortran_order': False, 'shape': (3,)}", "unknown")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)} x", "end of the header")]
    [InlineData("{'descr': '\\x7cu1', 'fortran_order': False, 'shape': (3,)}", "escape")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}", "more than")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "too large")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", "32 dimensions")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", "ends after 3 of 4")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "goes on")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2147483000,)}", "ends after 3 of")]
    [InlineData("", "expected '{'")]
    public void Read_MalformedHeader_IsRefusedWithTheReason(string header, string reason) =>
        Refused("MR0565", reason, Crafted(header, [1, 2, 3]));

    [Theory]
    [InlineData("'|O'")]
    [InlineData("'<c8'")]
    [InlineData("'<U5'")]
    [InlineData("'|f4'")]
    [InlineData("'<f3'")]
    [InlineData("[('a', '<f4')]")]
    public void Read_TypeThatIsNoPlainNumber_IsRefused(string descriptor) =>
        Refused("MR0566", "not supported", Crafted($"{{'descr': {descriptor}, 'fortran_order': False, 'shape': (1,)}}", [1, 2, 3]));

    [Fact]
    public void Read_OtherContent_IsRefused()
    {
        Refused("MR0565", "does not start", new MemoryStream());
        Refused("MR0565", "does not start", new MemoryStream("PK\x3\x4 and more"u8.ToArray()));
        Refused("MR0565", "version 4.0", Crafted("{}", [], 4));
        Refused("MR0565", "header of 4294967295 bytes", new MemoryStream([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255]));
        Refused("MR0565", "ends inside the header of 200", new MemoryStream([0x93, .. "NUMPY"u8, 1, 0, 200, 0, (byte)'{']));
    }

    [Fact]
    public void Read_MutatedFiles_GiveAnArrayOrACodedError()
    {
        var random = new Random(23);
        var genuine = Written([2, 3], [1, 2, 3, 4, 5, 6]);
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = genuine.AsSpan(0, random.Next(20) == 0 ? random.Next(genuine.Length) : genuine.Length).ToArray();
            for (var i = 0; i < 3 && bytes.Length > 0; i++)
                bytes[random.Next(Math.Min(bytes.Length, 70))] = (byte)random.Next(random.Next(2) == 0 ? 256 : 128);
            try
            {
                NpyFile.Read(new MemoryStream(bytes)).ToFloat32();
            }
            catch (WeightsFormatException e)
            {
                Assert.StartsWith("MR05", e.Code, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Write_ShapeThatDoesNotMatch_IsAProgrammingError()
    {
        Assert.Throws<ArgumentException>(() => NpyFile.Write(Stream.Null, [2, 3], new float[5]));
        Assert.Throws<ArgumentException>(() => NpyFile.Write(Stream.Null, [long.MaxValue, long.MaxValue, long.MaxValue, 4], new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NpyFile.Write(Stream.Null, [-1], new float[1]));
    }

    private static byte[] Written(long[] shape, float[] values)
    {
        var stream = new MemoryStream();
        NpyFile.Write(stream, shape, values);
        return stream.ToArray();
    }

    private static MemoryStream Crafted(string header, byte[] data, byte version = 1)
    {
        var text = Encoding.Latin1.GetBytes(header);
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return new MemoryStream([0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data]);
    }

    private static void Refused(string code, string reason, Stream stream)
    {
        var error = Assert.Throws<WeightsFormatException>(() => NpyFile.Read(stream));
        Assert.Equal(code, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
