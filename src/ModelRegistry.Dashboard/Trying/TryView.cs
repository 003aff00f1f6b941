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

    public ResultView? Result { get; init; }

    /// <summary>Whether the model takes dark images with light marks, as the drawing pad starts.</summary>
    public bool IsDark { get; init; } = true;

    /// <summary>Whether one image is what it takes.</summary>
    public bool TakesImages { get; init; } = true;
}

/// <summary>A result, or why there is none.</summary>
public sealed record ResultView
{
    public required VersionHeadView Head { get; init; }

    public Trial? Trial { get; init; }

    public ModelRegistryException? Problem { get; init; }

    public IReadOnlyList<OtherAnswer>? Others { get; init; }

    public bool All { get; init; }
}
