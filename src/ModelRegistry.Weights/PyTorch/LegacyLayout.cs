using System.Buffers.Binary;
using System.Numerics;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.PyTorch;

/// <summary>
/// The layout before PyTorch 1.6: five pickles (magic, protocol, system, object, storage keys), then each storage as an
/// element count and its bytes. Source: <c>_legacy_save</c> in torch/serialization.py.
/// </summary>
internal sealed class LegacyLayout
{
    private const int ProtocolVersion = 1001;
    private const int HeaderBytes = 64 << 10;
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    private LegacyLayout(object? root, long pickleLength, Dictionary<string, TensorStorage> storages) =>
        (Root, PickleLength, Storages) = (root, pickleLength, storages);

    internal object? Root { get; }

    internal long PickleLength { get; }

    internal Dictionary<string, TensorStorage> Storages { get; }

    /// <summary>True when the file starts with the magic pickle, in protocol 2 or as text.</summary>
    internal static bool Recognises(MappedFile file)
    {
        var head = file.Peek(0, 64);
        return head.IndexOf((ReadOnlySpan<byte>)[0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]) is >= 0 and < 16
            || head.IndexOf("119547037146038801333356"u8) is >= 0 and < 8;
    }

    internal static LegacyLayout Read(MappedFile file, WeightsReadOptions options, PickleReport report, bool lenient = false)
    {
        long position = 0;
        object? Next(string where, PickleReport into, int limit)
        {
            var pickle = new PickleOptions { Where = where, Legacy = true, TensorsOnly = options.TensorsOnly, Lenient = lenient, Base = position };
            var (value, length) = PickleReader.Read(file.Peek(position, limit), pickle, into);
            position += length;
            return value;
        }

        if (Next("magic pickle", report, HeaderBytes) is not BigInteger magic || magic != Magic)
        {
            throw Bad("the magic number is wrong", 0);
        }

        if (Next("protocol pickle", report, HeaderBytes) is not (long)ProtocolVersion)
        {
            throw Bad($"the protocol version is not {ProtocolVersion}", position);
        }

        // It may say big endian: PyTorch ignores that, and writes little endian on every machine.
        if (Next("system pickle", report, HeaderBytes) is not PickleDict system || system.Find("little_endian") is not (bool or null))
        {
            throw Bad("the system description is not a dictionary with 'little_endian'", position);
        }

        var start = position;
        var root = Next("data pickle", report, PickleLimits.Bytes);
        var pickleLength = position - start;
        if (Next("keys pickle", report, PickleLimits.Bytes) is not PickleList keys)
        {
            throw Bad("the storage keys are not a list", position);
        }

        var storages = ReadStorages(file, position, keys, report);
        return new LegacyLayout(root, pickleLength, storages);
    }

    private static Dictionary<string, TensorStorage> ReadStorages(MappedFile file, long position, PickleList keys, PickleReport report)
    {
        var storages = new Dictionary<string, TensorStorage>(StringComparer.Ordinal);
        foreach (var item in keys.Items)
        {
            if (item is not string key || !report.Storages.TryGetValue(key, out var declared))
            {
                throw Bad($"the list of storages names {(item is string text ? Display.Quote(text) : "something other than text")}, which the data pickle does not use", position);
            }

            if (!file.Contains(position, sizeof(long)))
            {
                throw Bad($"it ends before storage {Display.Quote(key)}", position);
            }

            var header = file.Slice(position, sizeof(long));
            var count = BinaryPrimitives.ReadInt64LittleEndian(header);
            if (count != declared.Count)
            {
                throw new WeightsFormatException(WeightsCodes.Storage, $"storage {Display.Quote(key)} has {declared.Count} elements by the pickle and {count} by its own header", $"byte {position}", "fetch or save the file again");
            }

            position += sizeof(long);
            var bytes = Saturating.Multiply(count, declared.ElementSize);
            if (bytes > file.Length - position)
            {
                throw new WeightsFormatException(WeightsCodes.Storage, $"storage {Display.Quote(key)} of {bytes} bytes leaves the file, which has {file.Length - position} more", $"byte {position}", "the file is cut short; fetch it again");
            }

            if (!storages.TryAdd(key, new TensorStorage(file, position, bytes, key)))
            {
                throw Bad($"storage {Display.Quote(key)} is listed twice", position);
            }

            position += bytes;
        }

        foreach (var key in report.Storages.Keys)
        {
            if (!storages.ContainsKey(key))
            {
                throw Bad($"the data pickle uses storage {Display.Quote(key)}, which the list of storages does not name", position);
            }
        }

        return position == file.Length
            ? storages
            : throw new WeightsFormatException(WeightsCodes.TrailingData, $"{file.Length - position} bytes follow the last storage", $"byte {position}", "run the scanner on this file");
    }

    private static WeightsFormatException Bad(string what, long position) =>
        new(WeightsCodes.LegacyLayout, $"the file starts like PyTorch before 1.6, yet {what}", $"byte {position}");
}
