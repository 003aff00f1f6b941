namespace ModelRegistry.Inference.Architectures;

/// <summary>What the user may have meant.</summary>
internal static class Suggestion
{
    /// <summary>"did you mean 'x'?" where one known name is close, else the list of known names.</summary>
    internal static string For(string given, IEnumerable<string> known)
    {
        var names = known.ToList();
        if (names.Count == 0)
            return "none is defined";
        var nearest = given.Length <= 64 ? names.MinBy(name => Distance(given, name))! : names[0];
        return given.Length <= 64 && Distance(given, nearest) <= Math.Max(2, nearest.Length / 3)
            ? $"did you mean '{nearest}'?"
            : $"known are {string.Join(", ", names)}";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
