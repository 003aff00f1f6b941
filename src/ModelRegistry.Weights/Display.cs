using System.Globalization;
using System.Text;

namespace ModelRegistry.Weights;

/// <summary>Makes text from a file fit for a terminal, a log or a page: what is shown is never what the file's author wanted it to do.</summary>
internal static class Display
{
    /// <summary>Characters of a name that are shown before it is cut.</summary>
    internal const int MaxShown = 256;

    /// <summary>
    /// Control, format, surrogate, line-separating and private characters as <c>\u{hex}</c>, a backslash doubled;
    /// everything else as it is.
    /// </summary>
    internal static string Escape(string text)
    {
        if (!NeedsEscape(text))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                Append(builder, rune.Value, Rune.GetUnicodeCategory(rune), rune.ToString());
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                Append(builder, text[i], UnicodeCategory.Surrogate, "");
            }
        }

        return builder.ToString();
    }

    /// <summary>Escaped, in single quotes, cut to <see cref="MaxShown"/> characters: for messages.</summary>
    internal static string Quote(string text) =>
        text.Length <= MaxShown ? $"'{Escape(text)}'" : $"'{Escape(text[..MaxShown])}…' ({text.Length} characters)";

    private static bool NeedsEscape(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or '\\' or > '~')
            {
                return true;
            }
        }

        return false;
    }

    private static void Append(StringBuilder builder, int value, UnicodeCategory category, string text)
    {
        if (value == '\\')
        {
            builder.Append(@"\\");
        }
        else if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned)
        {
            builder.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}");
        }
        else
        {
            builder.Append(text);
        }
    }
}
