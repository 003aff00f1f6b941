using System.Globalization;
using System.Text;

namespace ModelRegistry.Inference;

/// <summary>Makes text from a file safe to stand in a one-line message.</summary>
internal static class DisplayText
{
    private const int Longest = 160;

    /// <summary>Control characters as <c>\uXXXX</c>, cut after 160 characters.</summary>
    internal static string Escape(string text)
    {
        var result = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(character);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                result.Append(character);
        }

        return text.Length > Longest ? result.Append('…').ToString() : result.ToString();
    }
}
