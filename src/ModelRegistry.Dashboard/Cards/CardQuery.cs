using Microsoft.AspNetCore.Components;
using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Linking;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Cards;

/// <summary>Makes a model card's page.</summary>
public sealed class CardQuery(RegistryReader reader, CardReader cards)
{
    /// <param name="name">The family.</param>
    /// <param name="links">The addresses of the page that the card stands on.</param>
    /// <param name="hasFiles">Whether files of versions can be downloaded there.</param>
    /// <param name="cancellation">Stops it.</param>
    public CardView Run(ModelName name, Links links, bool hasFiles, CancellationToken cancellation)
    {
        var family = reader.Get(name, cancellation);
        var text = cards.Read(name);
        var targets = new CardLinks(reader, family, links, hasFiles);
        var markup = CardMarkup.Render(text, targets.Link, targets.Image);
        return new CardView(family, markup is { } html ? builder => builder.AddContent(0, html) : null, text) { Images = targets.Images };
    }
}

/// <summary>A model card: rendered, or as text where it cannot be.</summary>
public sealed record CardView(FamilyFacts Family, RenderFragment? Content, string Text)
{
    /// <summary>The files of versions that it shows as images.</summary>
    public IReadOnlyList<(ModelId Id, ModelFile File)> Images { get; init; } = [];
}
