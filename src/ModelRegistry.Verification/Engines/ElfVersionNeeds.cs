using System.Buffers.Binary;

namespace ModelRegistry.Verification;

/// <summary>
/// The versions that a 64-bit little-endian ELF library needs of others (section <c>.gnu.version_r</c>, System V ABI and the Linux Standard Base, "Symbol
/// Versioning"). A need that is marked weak (<c>VER_FLG_WEAK</c>) does not keep the library from loading where it is not met.
/// </summary>
public static class ElfVersionNeeds
{
    private const int SectionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Whether a library has a need of that name that is not weak.</summary>
    public static bool Requires(string path, string version) => Find(File.ReadAllBytes(path), version) is { Weak: false };

    /// <summary>Marks a need as weak, in a file that nobody else has: what is changed is written to a new file that takes its place.</summary>
    /// <returns>False where there is no such need, or it is weak already.</returns>
    public static bool Weaken(string path, string version)
    {
        var bytes = File.ReadAllBytes(path);
        if (Find(bytes, version) is not { Weak: false } need) return false;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(need.FlagsAt), (ushort)(need.Flags | Weak));
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    private static (int FlagsAt, ushort Flags, bool Weak)? Find(ReadOnlySpan<byte> elf, string version)
    {
        try
        {
            return Walk(elf, version);
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the library is no ELF file that can be read", failure);
        }
    }

    private static (int FlagsAt, ushort Flags, bool Weak)? Walk(ReadOnlySpan<byte> elf, string version)
    {
        if (!elf.StartsWith("\u007fELF\u0002\u0001"u8)) throw new InvalidDataException("the library is no 64-bit little-endian ELF file");
        var (table, size, count) = (Long(elf, 40), Short(elf, 58), Short(elf, 60));
        for (var i = 0; i < count; i++)
        {
            var section = elf[checked(table + (i * size))..];
            if (Int(section, 4) != SectionNeeds) continue;
            var names = Long(elf[checked(table + (Int(section, 40) * size))..], 24);
            return Needs(elf, Long(section, 24), names, version);
        }

        return null;
    }

    private static (int FlagsAt, ushort Flags, bool Weak)? Needs(ReadOnlySpan<byte> elf, int at, int names, string version)
    {
        while (true)
        {
            var need = elf[at..];
            var entry = checked(at + Int(need, 8));
            for (var i = 0; i < Short(need, 2); i++)
            {
                var needed = elf[entry..];
                var name = elf[checked(names + Int(needed, 8))..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(System.Text.Encoding.ASCII.GetBytes(version)))
                    return (entry + 4, Short(needed, 4), (Short(needed, 4) & Weak) != 0);
                entry = checked(entry + Int(needed, 12));
            }

            if (Int(need, 12) is var next && next <= 0) return null;
            at = checked(at + next);
        }
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    private static int Long(ReadOnlySpan<byte> bytes, int at) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
}
