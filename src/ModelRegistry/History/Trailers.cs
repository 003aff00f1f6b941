namespace ModelRegistry.History;

/// <summary>The trailers of a commit's message: the lines <c>Key: value</c> of its last paragraph (git-interpret-trailers(1)).</summary>
internal sealed class Trailers
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public static Trailers Of(string message)
    {
        var trailers = new Trailers();
        var lines = message.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n', ' ').Split('\n');
        var start = Array.FindLastIndex(lines, string.IsNullOrWhiteSpace) + 1;
        // A message of one paragraph has a subject and no trailers.
        if (start == 0) return trailers;
        foreach (var line in lines[start..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) trailers._values[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return trailers;
    }

    public string? this[string key] => _values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
}
