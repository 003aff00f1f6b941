using System.Globalization;
using System.Text;

namespace ModelRegistry.Shared;

/// <summary>
/// Makes text from outside fit for a terminal, a log or a message: characters that could move the cursor, hide text, reverse the direction
/// of writing or end the line are shown as <c>\uXXXX</c>.
/// </summary>
internal static class SafeText
{
    /// <summary>Text on one line, cut after a number of characters.</summary>
    public static string OneLine(string text, int longest = int.MaxValue) => Escape(text, longest, keepLines: false);

    /// <summary>Text that may have several lines.</summary>
    public static string Lines(string text) => Escape(text.ReplaceLineEndings("\n"), int.MaxValue, keepLines: true);

    private static string Escape(string text, int longest, bool keepLines)
    {
        if (text.Length <= longest && !text.Any(c => IsUnusual(c, keepLines))) return text;
        var shown = new StringBuilder(Math.Min(text.Length, longest) + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (shown.Length >= longest) return shown.Append('…').ToString();
            if (Rune.TryGetRuneAt(text, i, out var rune) && rune.Utf16SequenceLength == 2)
            {
                if (IsHarmful(Rune.GetUnicodeCategory(rune))) shown.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                else shown.Append(text, i, 2);
                i++;
            }
            else if (IsUnusual(text[i], keepLines)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else shown.Append(text[i]);
        }

        return shown.ToString();
    }

    private static bool IsUnusual(char c, bool keepLines) =>
        c is < ' ' or > '~' && !(keepLines && c is '\n' or '\t') && IsHarmful(char.GetUnicodeCategory(c));

    private static bool IsHarmful(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
