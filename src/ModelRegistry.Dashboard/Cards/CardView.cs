using Microsoft.AspNetCore.Components;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Cards;

/// <summary>A model card: rendered, or as text where it cannot be.</summary>
public sealed record CardView(FamilyFacts Family, RenderFragment? Content, string Text)
{
    /// <summary>The files of versions that it shows as images.</summary>
    public IReadOnlyList<(ModelId Id, ModelFile File)> Images { get; init; } = [];
}
