using System.Text;
using System.Text.RegularExpressions;

namespace ModelRegistry.Dashboard.Assets;

/// <summary>Scripts and style sheets without what is there for their writers: indentation and comments.</summary>
internal static partial class BareText
{
    /// <summary>A script, line by line: no text of ours goes over several lines.</summary>
    public static byte[] OfScript(byte[] script) => Encoding.UTF8.GetBytes(string.Join('\n', Encoding.UTF8.GetString(script).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))));

    /// <summary>A style sheet. Quoted texts stay, and so does every space that may separate two values or selectors.</summary>
    public static byte[] OfStyle(byte[] style) => Encoding.UTF8.GetBytes(Style().Replace(Encoding.UTF8.GetString(style), match => match.Value switch
    {
        ['"', ..] => match.Value,
        ['/', '*', ..] => "",
        [.., '}'] => "}",
        var other when other.Trim() is { Length: > 0 } mark => mark,
        _ => " ",
    }).Trim());

    [GeneratedRegex("""\"[^\"]*\"|/\*.*?\*/|\s*;?\s*\}\s*|\s*[{;,]\s*|:\s+|\s+""", RegexOptions.Singleline)]
    private static partial Regex Style();
}
