namespace ModelRegistry.Shared;

/// <summary>Finds the names that a user may have meant.</summary>
internal static class NearNames
{
    /// <summary>Up to three names within a third of the length in edits (Levenshtein), or that contain the text, nearest first.</summary>
    public static IReadOnlyList<string> Of(string wanted, IEnumerable<string> known) =>
    [
        .. known
            .Select(name => (Name: name, Distance: name.Contains(wanted, StringComparison.OrdinalIgnoreCase) || wanted.Contains(name, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(wanted, name)))
            .Where(candidate => candidate.Distance <= Math.Max(2, wanted.Length / 3))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(candidate => candidate.Name),
    ];

    /// <summary>The nearest of them; null for none.</summary>
    public static string? Nearest(string wanted, IEnumerable<string> known) => Of(wanted, known) is [var nearest, ..] ? nearest : null;

    private static int Distance(string a, string b)
    {
        // What is this long was never meant to be a name, and the table grows with both lengths.
        if (a.Length > 256 || b.Length > 256) return int.MaxValue;
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
