namespace ModelRegistry.Weights;

/// <summary>Which files beside a file belong to the same model: without them its tensors cannot be read.</summary>
public static class WeightsParts
{
    /// <summary>The file, or the first of the parts, that the one model of a folder is in; null where the folder itself holds none.</summary>
    /// <exception cref="WeightsFormatException">MR0536: there are several models; MR0502: the folder cannot be read.</exception>
    public static string? MainFile(string folder)
    {
        try
        {
            return ModelFolder.MainFile(folder);
        }
        catch (WeightsFormatException e) when (e.Code == WeightsCodes.NotWeights)
        {
            return null;
        }
    }

    /// <summary>Whether weights files, with the indexes among them, are by their names the parts of one model: shards of one series, or what one index can list.</summary>
    /// <param name="paths">Their paths in the model, <c>/</c>-separated.</param>
    public static bool AreOneModel(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        const string Index = ".index.json";
        var files = paths.ToLookup(path => path.EndsWith(Index, StringComparison.OrdinalIgnoreCase));
        var indexed = files[true].Select(path => Series(path[..^Index.Length])).ToHashSet();
        return files[false].Select(path => indexed.Contains(Series(path)) ? Series(path) : (Path.GetDirectoryName(path), ModelFolder.StemOf(Path.GetFileName(path)))).Distinct().Take(2).Count() < 2;

        static (string? Folder, string Extension) Series(string path) => (Path.GetDirectoryName(path), Path.GetExtension(path));
    }

    /// <summary>
    /// The further parts of a sharded model with their index, or the external data of an ONNX model. Each is there, in the folder of
    /// <paramref name="path"/> or below it.
    /// </summary>
    /// <param name="path">A weights file, one part of several, or the index of them.</param>
    /// <returns>Paths relative to the folder, <c>/</c>-separated; empty for a file of its own, and for one that cannot be read.</returns>
    /// <exception cref="WeightsFormatException">MR0532: the index cannot be read; MR0533, MR0563: a part is missing; MR0562: one stands outside the folder.</exception>
    public static IReadOnlyList<string> Beside(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var own = Path.GetFileName(path);
        if (ShardSet.Of(path) is { } set)
        {
            set.Paths();
            return [.. (set.IndexPath is { } index ? [Path.GetFileName(index)] : Array.Empty<string>()).Concat(set.Shards).Where(name => name != own)];
        }

        using var file = MappedFile.Open(path);
        if (ForeignContent.Describe(file) is not null || ZipDirectory.Recognises(file) || !OnnxReader.Recognises(file))
        {
            return [];
        }

        return OnnxReader.ExternalFiles(file);
    }
}
