using ModelRegistry.Dashboard.Families;
using ModelRegistry.Dashboard.Reading;

namespace ModelRegistry.Dashboard.Cards;

/// <summary>Makes a model card's page.</summary>
public sealed class CardQuery(RegistryReader reader, CardReader cards)
{
    public CardView Run(ModelName name, CancellationToken cancellation)
    {
        var family = reader.Get(name, cancellation);
        var text = cards.Read(name);
        // A fragment of the page is the only relative address that leads anywhere.
        var markup = CardMarkup.Render(text, url => url.StartsWith('#') ? url : null);
        return new CardView(family, markup is { } html ? builder => builder.AddContent(0, html) : null, text);
    }
}
