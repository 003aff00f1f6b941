using System.Text;

namespace ModelRegistry.Git;

/// <summary>
/// Reads a repository's own configuration file (git-config(1), "Syntax") for the few facts that are asked without git: the format of
/// object names, the remotes and who shares it. What stands in other files, or is included from them, is not known here.
/// </summary>
internal sealed class GitConfigFile
{
    private readonly List<(string Section, string? Subsection, string Key, string Value)> _entries = [];

    /// <summary>Whether other files add to this one.</summary>
    public bool HasIncludes => _entries.Any(e => e.Section is "include" or "includeif") || Value("extensions", "worktreeconfig") == "true";

    /// <summary>Bytes in the name of an object: 20, or 32 for SHA-256.</summary>
    public int ObjectIdLength => Value("extensions", "objectformat") == "sha256" ? 32 : 20;

    public static GitConfigFile Of(GitLocation location)
    {
        var file = new GitConfigFile();
        var path = Path.Combine(location.CommonDirectory, "config");
        if (File.Exists(path)) file.Parse(File.ReadAllText(path));
        return file;
    }

    /// <summary>The last value of a key of a section without subsection, in lower case; null where it is not set.</summary>
    public string? Value(string section, string key) =>
        _entries.LastOrDefault(e => e.Section == section && e.Subsection is null && e.Key == key).Value?.ToLowerInvariant();

    /// <summary>The keys of a section without subsection, in lower case.</summary>
    public IEnumerable<string> Keys(string section) => _entries.Where(e => e.Section == section && e.Subsection is null).Select(e => e.Key);

    /// <summary>The values of a key by subsection, in the order of the file: <c>remote</c>, <c>url</c>.</summary>
    public IEnumerable<(string Subsection, string Value)> Values(string section, string key) =>
        _entries.Where(e => e.Section == section && e.Key == key && e.Subsection is not null).Select(e => (e.Subsection!, e.Value));

    private void Parse(string text)
    {
        var (section, subsection) = ("", (string?)null);
        foreach (var raw in text.Replace("\\\r\n", "", StringComparison.Ordinal).Replace("\\\n", "", StringComparison.Ordinal).Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            if (line[0] == '[')
            {
                var end = line.LastIndexOf(']');
                if (end < 0) continue;
                var quote = line.IndexOf('"', 0, end);
                section = line[1..(quote > 0 ? quote : end)].Trim().ToLowerInvariant();
                subsection = quote > 0 ? Unquote(line[quote..end]) : null;
                line = line[(end + 1)..].Trim();
                if (line.Length == 0) continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? line : line[..equals]).Trim().ToLowerInvariant();
            _entries.Add((section, subsection, key, equals < 0 ? "true" : Unquote(line[(equals + 1)..].Trim())));
        }
    }

    private static string Unquote(string text)
    {
        var value = new StringBuilder(text.Length);
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            else if (!quoted && (text[i] is '#' or ';')) break;
            else if (text[i] == '\\' && i + 1 < text.Length) value.Append(text[++i] switch { 'n' => '\n', 't' => '\t', 'b' => '\b', var c => c });
            else value.Append(text[i]);
        }

        return quoted ? value.ToString() : value.ToString().TrimEnd();
    }
}
