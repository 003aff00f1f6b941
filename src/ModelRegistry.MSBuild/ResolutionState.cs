using System.Text;

namespace ModelRegistry.MSBuild;

/// <summary>What the last resolution of a project depended on: tells why there is another one. Its file is the stamp that MSBuild compares times with.</summary>
/// <param name="stamp">The stamp; its name holds a hash of the key, its content is the key.</param>
internal sealed class ResolutionState(string stamp)
{
    // Their values are times, which say nothing to a reader.
    private const string Folders = "registry folders of ";

    private readonly string _folder = Path.GetDirectoryName(stamp)!;

    /// <summary>Why a resolution is due, one line each.</summary>
    public IReadOnlyList<string> Changes(string key, IEnumerable<string> watched, bool forced)
    {
        var reasons = new List<string>();
        if (forced) reasons.Add("ModelForceEvaluate is true");
        if (Stamps().MaxBy(File.GetLastWriteTimeUtc) is not { } last)
        {
            reasons.Add("nothing was resolved before");
            return reasons;
        }

        var (before, after) = (Facts(File.ReadAllText(last)), Facts(key));
        foreach (var (fact, value) in after.Where(f => !before.TryGetValue(f.Key, out var old) || old != f.Value))
            reasons.Add(fact.StartsWith(Folders, StringComparison.Ordinal) ? $"{fact} changed" : before.TryGetValue(fact, out var old) ? $"{fact} was '{old}', is '{value}'" : $"{fact} is new: '{value}'");
        reasons.AddRange(before.Keys.Except(after.Keys, StringComparer.Ordinal).Select(fact => $"{fact} is gone"));
        var time = File.GetLastWriteTimeUtc(last);
        reasons.AddRange(watched.Where(path => File.GetLastWriteTimeUtc(path) > time).Distinct(StringComparer.Ordinal).Select(path => $"{path} is newer than the last resolution"));
        if (reasons.Count == 0) reasons.Add("a result of the last resolution is missing");
        return reasons;
    }

    /// <summary>Says that all went well, in place of what was said before.</summary>
    public void Write(string key)
    {
        foreach (var old in Stamps().Where(old => old != stamp)) File.Delete(old);
        BuildFile.Replace(stamp, Encoding.UTF8.GetBytes(key));
    }

    private IEnumerable<string> Stamps() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*.stamp") : [];

    private static SortedDictionary<string, string> Facts(string key)
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in key.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            var name = colon < 0 ? line.TrimEnd(':') : line[..colon];
            facts[name] = (facts.TryGetValue(name, out var same) ? same + "; " : "") + (colon < 0 ? "" : line[(colon + 2)..]);
        }

        return facts;
    }
}
