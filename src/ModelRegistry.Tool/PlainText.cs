using System.Text;

namespace ModelRegistry.Tool;

/// <summary>Makes text from outside harmless for a terminal.</summary>
internal static class PlainText
{
    /// <summary>Text on one line: control characters, which could move the cursor or hide text, are shown as escapes.</summary>
    public static string OneLine(string text) => Escape(text, keepLines: false);

    /// <summary>Text that may have several lines.</summary>
    public static string Lines(string text) => Escape(text.ReplaceLineEndings("\n"), keepLines: true);

    private static string Escape(string text, bool keepLines)
    {
        if (!text.Any(c => IsHarmful(c, keepLines))) return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsHarmful(c, keepLines)) shown.Append($"\\u{(int)c:x4}");
            else shown.Append(c);
        }

        return shown.ToString();
    }

    // Beside control characters: line separators, and the marks that reverse the direction of writing.
    private static bool IsHarmful(char c, bool keepLines) =>
        (char.IsControl(c) && !(keepLines && c is '\n' or '\t')) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
