using System.Text;
using System.Text.RegularExpressions;

namespace ModelRegistry.Dashboard.Export;

/// <summary>A page with those drawings only that it uses: all of them would be a third of most pages.</summary>
internal static partial class UsedIcons
{
    public static byte[] Only(ReadOnlySpan<byte> page)
    {
        var html = Encoding.UTF8.GetString(page);
        var used = Use().Matches(html).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return Encoding.UTF8.GetBytes(Symbol().Replace(html, match => used.Contains(match.Groups[1].Value) ? match.Value : ""));
    }

    [GeneratedRegex("""<use href="#i-([^"]+)">""")]
    private static partial Regex Use();

    [GeneratedRegex("""<symbol id="i-([^"]+)".*?</symbol>""", RegexOptions.Singleline)]
    private static partial Regex Symbol();
}
