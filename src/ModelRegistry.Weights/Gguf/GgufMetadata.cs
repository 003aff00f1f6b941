using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Weights.Gguf;

/// <summary>Reads the typed key-value pairs of a GGUF header into texts for display. Source: docs/gguf.md of ggml.</summary>
internal static class GgufMetadata
{
    private const int MaxPairs = 65_536;
    private const int MaxKey = 65_535;
    private const int MaxText = 64 << 20;
    private const int Shown = 1024;
    private const int MaxDepth = 4;

    /// <summary>Bytes that a pair takes at least: the length of its key, a type and a value.</summary>
    private const int LeastPair = 8 + 4 + 1;

    private const uint Text = 8;
    private const uint Array = 9;

    internal static ImmutableSortedDictionary<string, string> Read(ref GgufCursor cursor, long count, out long alignment)
    {
        alignment = 32;
        if (count > MaxPairs || count > cursor.Left / LeastPair)
        {
            throw GgufError.Malformed($"it declares {count} key-value pairs, and {cursor.Left} bytes are left", cursor.Position);
        }

        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            var at = cursor.Position;
            var key = cursor.String("a key", MaxKey);
            var type = cursor.UInt32();
            var value = Value(ref cursor, type, MaxDepth);
            if (!metadata.TryAdd(Display.Escape(key), Display.Escape(value.Length > Shown ? value[..Shown] + "…" : value)))
            {
                throw GgufError.Malformed($"key {Display.Quote(key)} stands in it twice", at);
            }

            if (key == "general.alignment")
            {
                alignment = type == 4 && uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes is >= 8 and <= 1 << 20 && bytes % 8 == 0
                    ? bytes
                    : throw GgufError.Malformed($"general.alignment is {Display.Quote(value)}, no multiple of 8 that can be", at);
            }
        }

        return metadata.ToImmutable();
    }

    private static string Value(ref GgufCursor cursor, uint type, int depth) => type switch
    {
        0 => Printed(cursor.Byte()),
        1 => Printed((sbyte)cursor.Byte()),
        2 => Printed(BinaryPrimitives.ReadUInt16LittleEndian(cursor.Take(2))),
        3 => Printed(BinaryPrimitives.ReadInt16LittleEndian(cursor.Take(2))),
        4 => Printed(cursor.UInt32()),
        5 => Printed((int)cursor.UInt32()),
        6 => Printed(BinaryPrimitives.ReadSingleLittleEndian(cursor.Take(4))),
        7 => cursor.Byte() switch { 0 => "false", 1 => "true", var other => throw GgufError.Malformed($"a boolean is {other}", cursor.Position) },
        Text => cursor.String("a text", MaxText),
        Array => Items(ref cursor, depth),
        10 => Printed(cursor.UInt64()),
        11 => Printed((long)cursor.UInt64()),
        12 => Printed(BinaryPrimitives.ReadDoubleLittleEndian(cursor.Take(8))),
        _ => throw GgufError.Malformed($"a value has the unknown type {type}", cursor.Position),
    };

    private static string Items(ref GgufCursor cursor, int depth)
    {
        var type = cursor.UInt32();
        var size = type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, 10 or 11 or 12 => 8, Text => 8, Array => 12, _ => throw GgufError.Malformed($"an array has the unknown type {type}", cursor.Position) };
        if (depth == 0)
        {
            throw GgufError.Malformed($"arrays are nested more than {MaxDepth} deep", cursor.Position);
        }

        var count = cursor.Count("items of an array", size);
        if (type is not (Text or Array))
        {
            cursor.Skip(count * size);
        }

        for (long i = 0; type is Text or Array && i < count; i++)
        {
            if (type == Array)
            {
                Items(ref cursor, depth - 1);
            }
            else
            {
                cursor.Skip(cursor.Count("bytes of a text", 1));
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"[{count} values]");
    }

    private static string Printed(IFormattable value) => value.ToString(value is float or double ? "R" : null, CultureInfo.InvariantCulture);
}
