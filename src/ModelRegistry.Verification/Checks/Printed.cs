using System.Text;

namespace ModelRegistry.Verification.Checks;

/// <summary>Text from a file on one line, without control characters.</summary>
internal static class Printed
{
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text) line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString();
    }
}
