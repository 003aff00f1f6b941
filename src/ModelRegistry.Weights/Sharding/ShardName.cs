using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelRegistry.Weights.Sharding;

/// <summary>
/// The name of one part of several: <c>model-00001-of-00003.safetensors</c>, as transformers, diffusers and llama.cpp write it.
/// </summary>
internal readonly partial record struct ShardName(string Stem, string Number, string Count, string Extension)
{
    /// <summary>Parts of one model; the largest published ones have some two hundred.</summary>
    internal const int MaxShards = 10_000;

    internal int Shards => int.Parse(Count, CultureInfo.InvariantCulture);

    /// <summary>The names of all parts, in order.</summary>
    internal IEnumerable<string> All
    {
        get
        {
            var (stem, width, count, extension) = (Stem, Number.Length, Count, Extension);
            return Enumerable.Range(1, Shards).Select(i => $"{stem}-{i.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0')}-of-{count}{extension}");
        }
    }

    /// <summary>The names that an index of these parts can have.</summary>
    internal string IndexName => $"{Stem}{Extension}.index.json";

    internal static ShardName? Parse(string fileName)
    {
        var match = Pattern().Match(fileName);
        if (!match.Success)
        {
            return null;
        }

        var name = new ShardName(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value);
        var number = int.Parse(name.Number, CultureInfo.InvariantCulture);
        return name.Shards is > 1 and <= MaxShards && number >= 1 && number <= name.Shards ? name : null;
    }

    [GeneratedRegex(@"^(.{1,200})-([0-9]{2,6})-of-([0-9]{2,6})(\.[A-Za-z0-9]{1,16})$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
