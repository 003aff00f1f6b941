using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>What the page for trying a version shows.</summary>
public sealed record TryView
{
    public required VersionHeadView Head { get; init; }

    public required IReadOnlyList<string> Samples { get; init; }

    /// <summary>The family's own sample files.</summary>
    public required IReadOnlyList<string> OwnSamples { get; init; }

    /// <summary>One for each input, where one image is not what the model takes; else empty.</summary>
    public IReadOnlyList<TryPanel> Panels { get; init; } = [];

    public ResultView? Result { get; init; }

    /// <summary>Whether the weights are in no folder of this machine.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Whether the model takes dark images with light marks, as the drawing pad starts.</summary>
    public bool IsDark { get; init; } = true;
}

/// <summary>What one input of a model is given.</summary>
/// <param name="Input">The input, as it is declared.</param>
/// <param name="TakesImage">Whether an image can become it.</param>
/// <param name="Numbers">What was typed.</param>
/// <param name="File">The file that the result at hand was made of; null where it was numbers.</param>
public sealed record TryPanel(TensorSpec Input, bool TakesImage, string Numbers, string? File);

/// <summary>A result, or why there is none.</summary>
public sealed record ResultView
{
    public required VersionHeadView Head { get; init; }

    public Trial? Trial { get; init; }

    public ModelRegistryException? Problem { get; init; }

    public IReadOnlyList<OtherAnswer>? Others { get; init; }

    public bool All { get; init; }
}
