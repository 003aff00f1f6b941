using System.Globalization;
using System.Text;

namespace ModelRegistry.Dashboard;

/// <summary>Makes untrusted text visible: control, bidirectional and zero-width characters become escapes, so that what is read is what is there.</summary>
public static class Shown
{
    /// <summary>For running text: line breaks and tabs stay.</summary>
    public static string Text(string text) => IsPlain(text, keepLines: true) ? text : Escape(text, keepLines: true);

    /// <summary>On one line.</summary>
    public static string OneLine(string text) => IsPlain(text, keepLines: false) ? text : Escape(text, keepLines: false);

    /// <summary>Whether a character would be invisible or would change the order of others.</summary>
    public static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0 or 0x2800
        || rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0000 and <= 0xE0FFF;

    private static bool IsPlain(string text, bool keepLines)
    {
        foreach (var c in text)
        {
            if (c is >= ' ' and < '\u007f' || (keepLines && c is '\n' or '\t')) continue;
            if (c < 0xC0 || c > 0x24F) return false;
        }

        return true;
    }

    private static string Escape(string text, bool keepLines)
    {
        var shown = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (keepLines && rune.Value is '\n' or '\t') shown.Append((char)rune.Value);
            else if (keepLines && rune.Value == '\r') continue;
            else if (IsHidden(rune)) shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else shown.Append(rune);
        }

        return shown.ToString();
    }
}
