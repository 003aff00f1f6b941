using System.Globalization;
using System.Numerics;
using System.Text;

namespace ModelRegistry.Weights.Pickle;

/// <summary>
/// The text of protocol 0 as Python reads it, spellings included that no pickler writes: whoever loads the file takes them,
/// so a scan has to see through them. Source: load_int, load_long, load_float, load_string and load_unicode of Modules/_pickle.c and Lib/pickle.py.
/// </summary>
internal static class PythonText
{
    /// <summary>Decimal digits whose value is worked out; longer numbers are numbers all the same.</summary>
    private const int Digits = 1024;

    private static readonly BigInteger Huge = BigInteger.One << 4096;

    /// <summary>Reads <c>int(text)</c>, or <c>int(text, 0)</c> with the octal numbers of C beside those of Python.</summary>
    internal static bool TryInteger(ReadOnlySpan<char> text, bool anyBase, out BigInteger value)
    {
        value = default;
        text = text.Trim();
        var negative = text is ['-', ..];
        if (text is ['+' or '-', ..])
        {
            text = text[1..];
        }

        var numberBase = 10;
        if (anyBase && text is ['0', var letter, ..])
        {
            numberBase = char.ToLowerInvariant(letter) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
            text = numberBase == 10 ? text : text[2..].TrimStart('_');
        }

        var digits = new StringBuilder(Math.Min(text.Length, Digits));
        var underscore = true;
        foreach (var c in text)
        {
            if (c == '_' && !underscore)
            {
                underscore = true;
                continue;
            }

            if (DigitOf(c) is not { } digit || digit >= numberBase)
            {
                return false;
            }

            underscore = false;
            if (digits.Length <= Digits && (digits.Length > 0 || digit > 0))
            {
                digits.Append("0123456789ABCDEF"[digit]);
            }
        }

        if (underscore)
        {
            return false;
        }

        value = digits.Length > Digits ? Huge : Evaluate(digits, numberBase);
        value = negative ? -value : value;
        return true;
    }

    /// <summary>Reads <c>float(text)</c>.</summary>
    internal static bool TryFloat(ReadOnlySpan<char> text, out double value)
    {
        text = text.Trim();
        var sign = text is ['-', ..] ? -1.0 : 1.0;
        var unsigned = text is ['+' or '-', ..] ? text[1..] : text;
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }

        if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        return double.TryParse(unsigned.ToString().Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The bytes of a STRING between its quotes: <c>codecs.escape_decode</c>.</summary>
    internal static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                bytes.Add(text[i]);
                continue;
            }

            var escape = text[++i];
            switch (escape)
            {
                case (byte)'\\' or (byte)'\'' or (byte)'"': bytes.Add(escape); break;
                case (byte)'a': bytes.Add(7); break;
                case (byte)'b': bytes.Add(8); break;
                case (byte)'t': bytes.Add(9); break;
                case (byte)'n': bytes.Add(10); break;
                case (byte)'v': bytes.Add(11); break;
                case (byte)'f': bytes.Add(12); break;
                case (byte)'r': bytes.Add(13); break;
                case (byte)'x':
                    var hex = HexLength(text[(i + 1)..], 2);
                    bytes.Add((byte)Number(text.Slice(i + 1, hex), 16));
                    i += hex;
                    break;
                case >= (byte)'0' and <= (byte)'7':
                    var octal = 1;
                    while (octal < 3 && i + octal < text.Length && text[i + octal] is >= (byte)'0' and <= (byte)'7')
                    {
                        octal++;
                    }

                    bytes.Add((byte)Number(text.Slice(i, octal), 8));
                    i += octal - 1;
                    break;
                default:
                    bytes.Add((byte)'\\');
                    bytes.Add(escape);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The text of a UNICODE: <c>raw-unicode-escape</c>, Latin-1 with <c>\uXXXX</c> and <c>\UXXXXXXXX</c>.</summary>
    internal static string RawUnicodeUnescape(ReadOnlySpan<byte> text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var length = text[i] != '\\' || i + 1 >= text.Length ? 0 : text[i + 1] switch { (byte)'u' => 4, (byte)'U' => 8, _ => 0 };
            if (length == 0 || HexLength(text[(i + 2)..], length) != length)
            {
                result.Append((char)text[i]);

                // A backslash that is itself escaped begins no escape.
                if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '\\')
                {
                    result.Append((char)text[++i]);
                }

                continue;
            }

            var code = Number(text.Slice(i + 2, length), 16);
            result.Append(code is < 0xD800 or (> 0xDFFF and <= 0x10FFFF) ? char.ConvertFromUtf32((int)code) : ((char)code).ToString());
            i += length + 1;
        }

        return result.ToString();
    }

    private static int? DigitOf(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        > '\u007f' when CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit => digit,
        _ => null,
    };

    private static BigInteger Evaluate(StringBuilder digits, int numberBase)
    {
        BigInteger value = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            value = value * numberBase + DigitOf(digits[i])!.Value;
        }

        return value;
    }

    private static int HexLength(ReadOnlySpan<byte> text, int most)
    {
        var length = 0;
        while (length < most && length < text.Length && char.IsAsciiHexDigit((char)text[length]))
        {
            length++;
        }

        return length;
    }

    private static long Number(ReadOnlySpan<byte> digits, int numberBase)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            value = value * numberBase + (DigitOf((char)digit) ?? 0);
        }

        return value;
    }
}
