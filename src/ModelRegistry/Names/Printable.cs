using System.Globalization;
using System.Text;

namespace ModelRegistry;

/// <summary>Shows untrusted text on one line: control characters escaped, long text cut.</summary>
internal static class Printable
{
    private const int MaxLength = 120;

    public static string Quote(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, MaxLength) + 1);
        foreach (var c in text)
        {
            if (shown.Length >= MaxLength)
            {
                shown.Append('…');
                break;
            }

            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                shown.Append(c);
        }

        return shown.ToString();
    }
}
