using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Sharding;

/// <summary>Finds the model in a folder.</summary>
internal static class ModelFolder
{
    private const int MaxFiles = 20_000;

    /// <summary>Containers of tensors that are read, the preferred ones first: where a folder holds the same model twice, the safer file is its main one.</summary>
    private static readonly string[] Extensions = [".safetensors", ".gguf", ".onnx", ".pth", ".pt", ".bin", ".ckpt", ".th", ".ptl", ".npz"];

    /// <summary>The file, or the first of the parts, that the folder's model is in.</summary>
    /// <exception cref="WeightsFormatException">MR0501: there is none; MR0536: there are several models; MR0502: the folder cannot be read.</exception>
    internal static string MainFile(string folder)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFiles(folder).Take(MaxFiles).Select(path => Path.GetFileName(path)).Where(name => !TrainingState.IsNamed(name)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException(WeightsCodes.Unreadable, "the directory cannot be read", folder, e.Message, e);
        }

        foreach (var extension in Extensions)
        {
            var models = names.Where(name => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)).GroupBy(StemOf, StringComparer.Ordinal).ToList();
            if (models.Count > 1)
            {
                throw new WeightsFormatException(
                    WeightsCodes.SeveralModels, $"the folder holds several models: {string.Join(", ", models.Take(5).Select(model => Display.Quote(model.First())))}{(models.Count > 5 ? ", …" : "")}", folder, "name one file of the model");
            }

            if (models.Count == 1)
            {
                return Path.Combine(folder, models[0].First());
            }
        }

        throw new WeightsFormatException(WeightsCodes.NotWeights, "the folder holds no weights file", folder, "name the file, or the folder that it stands in");
    }

    internal static string StemOf(string name) => ShardName.Parse(name) is { } shard ? $"{shard.Stem} of {shard.Count}" : name;
}
