using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>What a layers page shows.</summary>
public sealed record LayersView
{
    public const int RowsALevel = 100;

    public required VersionHeadView Head { get; init; }

    public required LayersRequest Request { get; init; }

    public LayerTree? Tree { get; init; }

    public ModelRegistryException? Problem { get; init; }

    /// <summary>What a search found; null without one.</summary>
    public IReadOnlyList<LayerTensor>? Found { get; init; }

    public int FoundCount { get; init; }

    public TensorFigures? Figures { get; init; }

    /// <summary>The page of an export that this is; null where levels are fetched.</summary>
    public LayerChunk? Chunk { get; init; }

    public LayerChunks? Chunks { get; init; }
}

/// <summary>One level of the tree: what stands directly below a module.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
/// <param name="Node">The module.</param>
/// <param name="Total">Parameters of the whole network.</param>
/// <param name="Depth">How deep the rows stand.</param>
/// <param name="Request">What is open.</param>
public sealed record LayerLevel(string Name, string Version, LayerNode Node, long Total, int Depth, LayersRequest Request)
{
    /// <summary>The pages of an export; null where levels are fetched.</summary>
    public LayerChunks? Chunks { get; init; }

    /// <summary>Whether every level is written out where it stands.</summary>
    public bool IsWhole { get; init; }

    public TensorFigures? Figures { get; init; }
}
