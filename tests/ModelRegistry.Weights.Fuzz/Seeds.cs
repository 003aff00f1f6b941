using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ModelRegistry.Weights.Fuzz;

/// <summary>What the mutator starts from: real files, and archives whose checksums a mutation cannot break.</summary>
internal static class Seeds
{
    private const int MaxLength = 20 << 10;

    internal static List<byte[]> Read(string folder)
    {
        var seeds = new List<byte[]> { Safetensors(), Gguf(), Npz(), TextPickle(), Script() };
        seeds.AddRange(Described());
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length <= MaxLength)
            {
                seeds.Add(bytes);
            }
        }

        return seeds;
    }

    private static byte[] Safetensors()
    {
        var header = """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}}  """u8;
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[26]];
    }

    /// <summary>A header with every kind of value, a plain tensor and a quantised one.</summary>
    private static byte[] Gguf()
    {
        static byte[] Text(string text) => [.. BitConverter.GetBytes((ulong)text.Length), .. Encoding.ASCII.GetBytes(text)];
        static byte[] Pair(string key, uint type, params byte[] value) => [.. Text(key), .. BitConverter.GetBytes(type), .. value];
        static byte[] Entry(string name, uint type, ulong offset, params ulong[] extents) =>
            [.. Text(name), .. BitConverter.GetBytes((uint)extents.Length), .. extents.SelectMany(BitConverter.GetBytes), .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(offset)];
        List<byte> file =
        [
            .. "GGUF"u8, .. BitConverter.GetBytes(3u), .. BitConverter.GetBytes(2UL), .. BitConverter.GetBytes(4UL),
            .. Pair("general.architecture", 8, Text("llama")), .. Pair("general.alignment", 4, 32, 0, 0, 0), .. Pair("rope", 6, 0, 0, 128, 63),
            .. Pair("tokens", 9, [.. BitConverter.GetBytes(8u), .. BitConverter.GetBytes(2UL), .. Text("a"), .. Text("bc")]),
            .. Entry("a", 0, 0, 3, 2), .. Entry("q", 2, 32, 32, 2),
        ];
        while (file.Count % 32 != 0)
        {
            file.Add(0);
        }

        return [.. file, .. new byte[32 + 36]];
    }

    private static byte[] Npz() => Zip(
        ("a.npy", [0x93, .. "NUMPY"u8, 1, 0, 54, 0, .. "{'descr': '<f4', 'fortran_order': True, 'shape':(2,2)}"u8, .. new byte[16]]),
        ("b.npy", [0x93, .. "NUMPY"u8, 1, 0, 54, 0, .. "{'descr': '>i2', 'fortran_order': False,'shape':(3,) }"u8, .. new byte[6]]));

    private static byte[] TextPickle() => [.. "(dp0\nS'a\\x41'\np1\nI1_000\nsV\\u0041\nL10L\nsF-1.5\n0c_codecs\nencode\n(Va\nVlatin1\ntR."u8];

    private static byte[] Script() => Zip(
        ("m/data.pkl", [0x80, 2, .. "c__torch__\nM\n)"u8, 0x81, .. "}b."u8]),
        ("m/constants.pkl", [0x80, 2, .. ")."u8]),
        ("m/bytecode.pkl", [0x80, 2, .. "(X\u0009\0\0\0operators(X\u000b\0\0\0aten::sizeX\0\0\0\0tt."u8]),
        ("m/code/__torch__.py", [.. "class M(Module):\n  __parameters__ = [\"w\"]\n  w : Tensor\n  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    _0 = torch.add(x, self.w, alpha=1.e-5)\n    return ops.prim.data((_0).relu())\n"u8]),
        ("m/version", [.. "3\n"u8]));

    private static IEnumerable<byte[]> Described() =>
    [
        [0x89, .. "HDF\r\n\u001a\n"u8, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0, .. new byte[16], 200, 0, 0, 0, 0, 0, 0, 0, .. new byte[80], .. "{\"class_name\": \"Dense\"}"u8],
        [28, 0, 0, 0, .. "TFL3"u8, .. new byte[64]],
        [.. "{\"learner\":{\"gradient_booster\":{\"name\":\"gbtree\"}}}"u8],
        [.. "<?xml version=\"1.0\"?><!-- x --><PMML></PMML>"u8],
        [0x08, 4, 0x12, 2, 0x0a, 0, 0x92, 0x19, 2, 0x0a, 0],
        Zip(("config.json", [.. "{\"class_name\":\"Sequential\"}"u8]), ("metadata.json", [.. "{}"u8]), ("model.weights.h5", [1])),
        Zip(("TrainingInfo/Version.txt", [.. "5"u8]), ("TransformerChain/Model.key", [1, 2, 3])),
    ];

    private static byte[] Zip(params (string Name, byte[] Content)[] records)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in records)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(content);
            }
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// Puts right the CRC-32 of each stored record, in header, descriptor and directory, where the archive still holds
    /// together: else nearly every mutation would end at the checksum.
    /// </summary>
    internal static void MendChecksums(Span<byte> file)
    {
        for (var at = 0; file[at..].IndexOf("PK\u0001\u0002"u8) is >= 0 and var found;)
        {
            at += found;
            var entry = file[at..];
            at += 4;
            if (entry.Length < 46 || BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]) != 0)
            {
                continue;
            }

            var size = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
            if (offset + 30L > file.Length || BinaryPrimitives.ReadUInt32LittleEndian(file[(int)offset..]) != 0x04034b50)
            {
                continue;
            }

            var local = file[(int)offset..];
            var data = 30 + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
            if (data + (long)size > local.Length)
            {
                continue;
            }

            var crc = Crc32.Compute(local.Slice(data, (int)size));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], crc);
            var after = local[(data + (int)size)..];
            if ((BinaryPrimitives.ReadUInt16LittleEndian(local[6..]) & 8) == 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(local[14..], crc);
            }
            else if (after.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(after) == 0x08074b50)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(after[4..], crc);
            }
        }
    }
}
