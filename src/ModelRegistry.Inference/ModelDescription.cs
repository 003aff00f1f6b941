namespace ModelRegistry.Inference;

/// <summary>
/// What a program needs to know of a model to run it. The generated code of <c>ModelRegistry.MSBuild</c> hands one over:
/// <c>ModelRunner.Load(Models.Digits)</c>.
/// </summary>
public sealed record ModelDescription
{
    /// <summary>The weights file. A relative path starts at <see cref="AppContext.BaseDirectory"/>, where a build puts it.</summary>
    public required string WeightsPath { get; init; }

    /// <summary>A name of <see cref="Inference.Architecture.BuiltIn"/>, or null.</summary>
    public string? Architecture { get; init; }

    /// <summary>The model's own <c>architecture.json</c>, or null. It wins over the name; a relative path starts where the weights' does.</summary>
    public string? ArchitecturePath { get; init; }

    /// <summary>How images become inputs; null only scales them to 0..1.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>One label for each class, or null.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <exception cref="InferenceException">MR0602: there is neither a name nor a file, or no network bears the name. MR0624: the file cannot be read. MR0601 to MR0610: it is refused.</exception>
    internal Architecture LoadArchitecture()
    {
        if (ArchitecturePath is { } path)
            return Inference.Architecture.Load(InApp(path));
        return Inference.Architecture.Get(Architecture ?? throw new InferenceException(
            InferenceCodes.ArchitectureUnknown,
            $"the model '{DisplayText.Escape(WeightsPath)}' names no architecture",
            hint: "register it with --architecture, or with a file of the role architecture"));
    }

    internal static string InApp(string path) => Path.Combine(AppContext.BaseDirectory, path);
}
