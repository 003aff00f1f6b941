using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelRegistry.Weights.IO;

/// <summary>
/// CRC-32 as zip uses it (ISO 3309, reflected polynomial 0xEDB88320): by tables, sixteen bytes a step, and where the
/// processor multiplies without carry, by folding. Source of the folding and its constants: Gopal et al., "Fast CRC
/// Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009.
/// </summary>
internal static class Crc32
{
    private const int Step = 16;
    private const int FoldStep = 64;
    private static readonly uint[] Tables = BuildTables();

    internal static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a CRC: <c>Append(Compute(a), b) == Compute(a + b)</c>.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var register = ~crc;
        if (Pclmulqdq.IsSupported && bytes.Length >= 2 * FoldStep)
        {
            register = Fold(register, bytes);
            bytes = bytes[(bytes.Length & -Step)..];
        }

        return ~ByTables(register, bytes);
    }

    /// <summary>The visible specification: what <see cref="Fold"/> has to equal.</summary>
    internal static uint ByTables(uint register, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables.AsSpan();
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            var head = register ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var next = tables[(15 * 256) + (byte)head] ^ tables[(14 * 256) + (byte)(head >> 8)]
                ^ tables[(13 * 256) + (byte)(head >> 16)] ^ tables[(12 * 256) + (int)(head >> 24)];
            for (var i = 4; i < Step; i++)
            {
                next ^= tables[((Step - 1 - i) * 256) + bytes[i]];
            }

            register = next;
        }

        foreach (var b in bytes)
        {
            register = (register >> 8) ^ tables[(byte)(register ^ b)];
        }

        return register;
    }

    /// <summary>Folds all whole blocks of sixteen bytes into one of the same remainder, and takes that by tables.</summary>
    private static uint Fold(uint register, ReadOnlySpan<byte> bytes)
    {
        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        var by512 = Vector128.Create(0x0154442bd4UL, 0x01c6e41596UL);
        var by128 = Vector128.Create(0x01751997d0UL, 0x00ccaa009eUL);
        var (a, b, c, d) = (blocks[0] ^ Vector128.CreateScalar(register).AsUInt64(), blocks[1], blocks[2], blocks[3]);
        for (blocks = blocks[4..]; blocks.Length >= 4; blocks = blocks[4..])
        {
            a = Multiply(a, by512) ^ blocks[0];
            b = Multiply(b, by512) ^ blocks[1];
            c = Multiply(c, by512) ^ blocks[2];
            d = Multiply(d, by512) ^ blocks[3];
        }

        b ^= Multiply(a, by128);
        c ^= Multiply(b, by128);
        d ^= Multiply(c, by128);
        foreach (var block in blocks)
        {
            d = Multiply(d, by128) ^ block;
        }

        return ByTables(0, MemoryMarshal.AsBytes(new ReadOnlySpan<Vector128<ulong>>(in d)));
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> value, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(value, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, by, 0x11);

    private static uint[] BuildTables()
    {
        var tables = new uint[Step * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * 0xEDB88320);
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            var previous = tables[i - 256];
            tables[i] = (previous >> 8) ^ tables[(byte)previous];
        }

        return tables;
    }
}
