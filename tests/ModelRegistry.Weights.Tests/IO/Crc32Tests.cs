namespace ModelRegistry.Weights.Tests;

public sealed class Crc32Tests
{
    [Fact]
    public void Compute_CheckValue_IsThatOfTheStandard() => Assert.Equal(0xCBF43926, Crc32.Compute("123456789"u8));

    [Fact]
    public void Compute_EveryLength_EqualsTheBitwiseDefinition()
    {
        var bytes = new byte[600];
        new Random(5).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(Bitwise(bytes.AsSpan(0, length)), Crc32.Compute(bytes.AsSpan(0, length)));
            Assert.Equal(Bitwise(bytes.AsSpan(0, length)), ~Crc32.ByTables(~0u, bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Append_InParts_EqualsTheWhole()
    {
        var bytes = new byte[1000];
        new Random(6).NextBytes(bytes);
        for (var cut = 0; cut <= bytes.Length; cut += 7)
        {
            Assert.Equal(Crc32.Compute(bytes), Crc32.Append(Crc32.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }

    private static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        var register = ~0u;
        foreach (var b in bytes)
        {
            register ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register >> 1) ^ ((register & 1) * 0xEDB88320);
            }
        }

        return ~register;
    }
}
