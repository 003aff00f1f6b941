namespace ModelRegistry.Weights.Sharding;

/// <summary>Which files one model is kept in: the parts that an index names, or those that the name of one part counts.</summary>
/// <param name="Folder">Where they stand.</param>
/// <param name="IndexPath">The index; null where only names tell the parts.</param>
/// <param name="Index">What the index says.</param>
/// <param name="Shards">The names of the parts, in order.</param>
internal sealed record ShardSet(string Folder, string? IndexPath, ShardIndex? Index, IReadOnlyList<string> Shards)
{
    /// <summary>The set that a file is a part or the index of; null for a file of its own.</summary>
    /// <exception cref="WeightsFormatException">MR0532: the index cannot be read, or does not know this part.</exception>
    internal static ShardSet? Of(string path)
    {
        var full = Path.GetFullPath(path);
        var (folder, name) = (Path.GetDirectoryName(full)!, Path.GetFileName(full));
        if (ShardIndex.IsNamed(name))
        {
            return FromIndex(folder, full);
        }

        if (ShardName.Parse(name) is not { } shard)
        {
            return null;
        }

        var index = Path.Combine(folder, shard.IndexName);
        if (!File.Exists(index))
        {
            return new ShardSet(folder, null, null, [.. shard.All]);
        }

        var set = FromIndex(folder, index);
        return set.Shards.Contains(name, StringComparer.Ordinal)
            ? set
            : throw new WeightsFormatException(WeightsCodes.ShardIndex, $"{Display.Quote(name)} is named like a part of {Display.Quote(shard.IndexName)}, which does not name it: it is a part of another model", name, "fetch all parts and the index from one place");
    }

    /// <summary>The parts, each with its path.</summary>
    /// <exception cref="WeightsFormatException">MR0533: one is missing.</exception>
    internal IReadOnlyList<string> Paths()
    {
        var missing = Shards.Where(shard => !File.Exists(Path.Combine(Folder, shard))).ToList();
        if (missing.Count == 0)
        {
            return [.. Shards.Select(shard => Path.Combine(Folder, shard))];
        }

        const int Shown = 5;
        var names = string.Join(", ", missing.Take(Shown).Select(Display.Quote));
        var by = IndexPath is null ? "the names of the others" : Display.Quote(Path.GetFileName(IndexPath));
        throw new WeightsFormatException(
            WeightsCodes.ShardMissing,
            $"{names}{(missing.Count > Shown ? $" and {missing.Count - Shown} more" : "")} of {Shards.Count} parts {(missing.Count == 1 ? "is" : "are")} missing, by {by}",
            hint: "fetch what is missing: half a model is none");
    }

    private static ShardSet FromIndex(string folder, string path)
    {
        using var file = MappedFile.Open(path);
        var index = ShardIndex.Read(file);
        return new ShardSet(folder, path, index, index.Shards);
    }
}
