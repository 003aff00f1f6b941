namespace ModelRegistry.Dashboard.Search;

/// <summary>How unlike two names are, by the pairs of letters that they share: 0 the same, 1 nothing in common.</summary>
internal static class Nearness
{
    public static double Of(string a, string b)
    {
        var left = Pairs(a);
        var right = Pairs(b);
        if (left.Count == 0 || right.Count == 0) return 1;
        var shared = left.Count(right.Contains);
        return 1 - (2.0 * shared / (left.Count + right.Count));
    }

    /// <summary>The names that may have been meant, the nearest first.</summary>
    public static IEnumerable<string> Nearest(string wanted, IEnumerable<string> names) =>
        names.Select(n => (Name: n, Distance: Of(wanted, n))).Where(n => n.Distance < 0.6).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).Select(n => n.Name);

    private static HashSet<(char First, char Second)> Pairs(string text)
    {
        var pairs = new HashSet<(char, char)>();
        for (var i = 0; i + 1 < Math.Min(text.Length, 200); i++) pairs.Add((char.ToLowerInvariant(text[i]), char.ToLowerInvariant(text[i + 1])));
        return pairs;
    }
}
