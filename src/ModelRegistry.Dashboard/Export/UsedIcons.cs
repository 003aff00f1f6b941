using System.Text;
using System.Text.RegularExpressions;

namespace ModelRegistry.Dashboard.Export;

/// <summary>A page with those drawings only that it uses, and one that is used once in its place: all of them would be a third of most pages.</summary>
internal static partial class UsedIcons
{
    public static byte[] Only(ReadOnlySpan<byte> page)
    {
        var html = Encoding.UTF8.GetString(page);
        var uses = Use().Matches(html).CountBy(match => match.Groups["name"].Value, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var inPlace = new Dictionary<string, string>(StringComparer.Ordinal);
        html = Symbol().Replace(html, match =>
        {
            var name = match.Groups["name"].Value;
            var times = uses.GetValueOrDefault(name);
            if (times == 1) inPlace[name] = match.Groups["drawing"].Value;
            return times > 1 ? match.Value : "";
        });
        return Encoding.UTF8.GetBytes(Use().Replace(html, match => inPlace.TryGetValue(match.Groups["name"].Value, out var drawing) ? $"{match.Groups["tag"].Value} viewBox=\"0 0 16 16\">{drawing}</svg>" : match.Value).Replace(NoSymbols, "", StringComparison.Ordinal));
    }

    private const string NoSymbols = """<svg class="symbols" width="0" height="0" aria-hidden="true"></svg>""" + "\n";

    [GeneratedRegex("""(?<tag><svg class="i[^"]*" aria-hidden="true")><use href="#i-(?<name>[^"]+)"></use></svg>""")]
    private static partial Regex Use();

    [GeneratedRegex("""<symbol id="i-(?<name>[^"]+)" viewBox="0 0 16 16">(?<drawing>.*?)</symbol>""", RegexOptions.Singleline)]
    private static partial Regex Symbol();
}
