namespace ModelRegistry.Shared;

/// <summary>Files that trainers save beside a model to go on from: tensors too, but of an optimiser, a schedule or a random generator.</summary>
internal static class TrainingState
{
    private static readonly string[] Stems = ["optimizer", "scheduler", "scaler", "sampler", "training_args", "rng_state", "random_states"];

    private static readonly string[] Extensions = [".pt", ".pth", ".bin", ".pkl"];

    /// <summary>
    /// Whether a file is one of those, by the names that Transformers (<c>optimizer.pt</c>, <c>training_args.bin</c>, <c>rng_state_0.pth</c>), Accelerate (<c>random_states_0.pkl</c>)
    /// and DeepSpeed (<c>…_optim_states.pt</c>) give them.
    /// </summary>
    public static bool IsNamed(string fileName)
    {
        var extension = Path.GetExtension(fileName);
        if (!Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)) return false;
        var stem = Path.GetFileNameWithoutExtension(fileName);
        if (stem.EndsWith("_optim_states", StringComparison.OrdinalIgnoreCase)) return true;
        var last = stem.LastIndexOf('_');
        // One for each process, or for each optimiser.
        if (last > 0 && last < stem.Length - 1 && stem.AsSpan(last + 1).IndexOfAnyExceptInRange('0', '9') < 0) stem = stem[..last];
        return Stems.Contains(stem, StringComparer.OrdinalIgnoreCase);
    }
}
