using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ModelRegistry.Weights.Pickle;

internal ref partial struct PickleMachine
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly object[] SmallIntegers = BoxedIntegers();

    private static object[] BoxedIntegers()
    {
        var boxed = new object[1025];
        for (var i = 0; i < boxed.Length; i++)
        {
            boxed[i] = (long)i;
        }

        return boxed;
    }

    private void Literal(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(True); break;
            case PickleOpcode.NewFalse: Push(False); break;
            case PickleOpcode.BinInt1: PushInteger(Byte()); break;
            case PickleOpcode.BinInt2: PushInteger(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOpcode.BinInt: PushInteger(BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOpcode.Long1: PushLong(Byte()); break;
            case PickleOpcode.Long4: PushLong(UInt32()); break;
            case PickleOpcode.Int: PushIntegerLine(isInt: true); break;
            case PickleOpcode.Long: PushIntegerLine(isInt: false); break;
            case PickleOpcode.Float: PushFloatLine(); break;
            case PickleOpcode.BinFloat: PushNode(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case PickleOpcode.String: PushQuotedLine(); break;
            case PickleOpcode.Unicode: PushUnicodeLine(); break;
            case PickleOpcode.BinString: PushByteString(Take(UInt32())); break;
            case PickleOpcode.ShortBinString: PushByteString(Take(Byte())); break;
            case PickleOpcode.BinUnicode: PushText(Take(UInt32())); break;
            case PickleOpcode.ShortBinUnicode: PushText(Take(Byte())); break;
            case PickleOpcode.BinUnicode8: PushText(Take(UInt64())); break;
            case PickleOpcode.BinBytes: PushNode(Take(UInt32()).ToArray()); break;
            case PickleOpcode.ShortBinBytes: PushNode(Take(Byte()).ToArray()); break;
            case PickleOpcode.BinBytes8:
            case PickleOpcode.ByteArray8: PushNode(Take(UInt64()).ToArray()); break;
            default: RefusedOpcode(opcode); break;
        }
    }

    private void PushInteger(long value) =>
        PushNode(value is >= 0 and <= 1024 ? SmallIntegers[value] : value);

    private void PushLong(uint length)
    {
        if (length > PickleLimits.LongInteger)
        {
            Violate(WeightsCodes.PickleLimit, $"an integer of {length} bytes is longer than {PickleLimits.LongInteger}");
            Take(length);
            PushUnread("an integer");
            return;
        }

        var bytes = Take(length);
        if (length <= 8)
        {
            var value = length > 0 && (bytes[^1] & 0x80) != 0 ? -1L : 0L;
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                value = (value << 8) | bytes[i];
            }

            PushInteger(value);
        }
        else
        {
            PushBig(new BigInteger(bytes));
        }
    }

    private void PushBig(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            PushInteger((long)value);
        }
        else
        {
            PushNode(value);
        }
    }

    private void PushIntegerLine(bool isInt)
    {
        var text = Line();
        if (isInt && text is "00" or "01")
        {
            Push(text == "01" ? True : False);
            return;
        }

        if (!isInt && text.EndsWith('L'))
        {
            text = text[..^1];
        }

        // Decimal parsing is quadratic in the length; the line limit and this one keep it small.
        if (text.Length <= PickleLimits.LongInteger && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            PushBig(value);
            return;
        }

        if (!PythonText.TryInteger(text, anyBase: true, out value))
        {
            throw Fail(WeightsCodes.PickleMalformed, $"{Display.Quote(text)} is not an integer");
        }

        Violate(WeightsCodes.PickleMalformed, $"{Display.Quote(text)} is an integer spelled as no pickler spells it");
        PushBig(value);
    }

    private void PushFloatLine()
    {
        var text = Line();
        PushNode(PythonText.TryFloat(text, out var value) ? value : throw Fail(WeightsCodes.PickleMalformed, $"{Display.Quote(text)} is not a number"));
    }

    private void PushQuotedLine()
    {
        var text = LineBytes();
        if (text.Length < 2 || text[0] is not ((byte)'\'' or (byte)'"') || text[^1] != text[0])
        {
            throw Fail(WeightsCodes.PickleMalformed, "a STRING is not quoted");
        }

        text = text[1..^1];
        PushByteString(HasEscapes(text, "STRING") ? PythonText.Unescape(text) : text);
    }

    private void PushUnicodeLine()
    {
        var text = LineBytes();
        if (HasEscapes(text, "UNICODE") || !System.Text.Unicode.Utf8.IsValid(text))
        {
            PushNode(PythonText.RawUnicodeUnescape(text));
        }
        else
        {
            PushNode(Encoding.UTF8.GetString(text));
        }
    }

    /// <summary>Escapes mean different things in different readers; no pickler of weights writes them.</summary>
    private readonly bool HasEscapes(ReadOnlySpan<byte> text, string what)
    {
        if (!text.Contains((byte)'\\'))
        {
            return false;
        }

        Violate(WeightsCodes.PickleMalformed, $"a {what} line holds escapes");
        return true;
    }

    /// <summary>A value of a known kind that a lenient reading goes past.</summary>
    private void PushUnread(string kind) => PushNode(new PickleConstant(kind, ""));

    private void PushText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            PushNode(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            // Python writes lone surrogates as "surrogatepass"; a key like that is still a key of its own.
            if (!SurrogatePass.TryDecode(bytes, out var text))
            {
                throw Fail(WeightsCodes.PickleMalformed, "a text is not UTF-8");
            }

            PushNode(text);
        }
    }

    /// <summary>Strings of Python 2: text where they can be, else bytes.</summary>
    private void PushByteString(ReadOnlySpan<byte> bytes) =>
        PushNode(System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : bytes.ToArray());

    private ReadOnlySpan<byte> LineBytes()
    {
        var rest = _data[_position..];
        var length = rest[..Math.Min(rest.Length, PickleLimits.Line + 1)].IndexOf((byte)'\n');
        if (length < 0 && rest.Length > PickleLimits.Line)
        {
            Violate(WeightsCodes.PickleLimit, $"a text line is longer than {PickleLimits.Line} bytes");
            length = rest.IndexOf((byte)'\n');
        }

        if (length < 0)
        {
            throw Fail(WeightsCodes.PickleMalformed, "it ends within a text line");
        }

        _position += length + 1;
        return rest[..length];
    }

    private string Line()
    {
        var line = LineBytes();
        return System.Text.Unicode.Utf8.IsValid(line) ? Encoding.UTF8.GetString(line) : throw Fail(WeightsCodes.PickleMalformed, "a text line is not UTF-8");
    }

    private uint UInt32Line()
    {
        var text = Line();
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        if (!PythonText.TryInteger(text, anyBase: false, out var index) || index < 0 || index > uint.MaxValue)
        {
            throw Fail(WeightsCodes.PickleMalformed, $"{Display.Quote(text)} is not a memo index");
        }

        Violate(WeightsCodes.PickleMalformed, $"{Display.Quote(text)} is a memo index spelled as no pickler spells it");
        return (uint)index;
    }
}
