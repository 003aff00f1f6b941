namespace ModelRegistry.Dashboard.Display;

/// <summary>What all files of a model's weights come to: a model may be in shards.</summary>
public static class WholeModel
{
    /// <summary>Null where no file says it.</summary>
    public static long? ParameterCount(this Manifest manifest) => Sum(manifest, f => f.Parameters);

    /// <summary>Null where no file says it.</summary>
    public static long? TensorCount(this Manifest manifest) => Sum(manifest, f => f.Tensors);

    public static long WeightsSize(this Manifest manifest) => manifest.NeedsFolder ? manifest.Files.Where(f => f.Role is FileRoles.Weights or FileRoles.WeightsData).Sum(f => f.Size) : manifest.Weights.Size;

    private static long? Sum(Manifest manifest, Func<ModelFile, long?> of)
    {
        if (!manifest.NeedsFolder) return of(manifest.Weights);
        var known = manifest.Files.Where(f => f.Role == FileRoles.Weights).Select(of).Where(n => n is not null).ToList();
        return known.Count > 0 ? known.Sum() : null;
    }
}
