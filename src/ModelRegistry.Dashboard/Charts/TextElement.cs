using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using ModelRegistry.Dashboard.Display;

namespace ModelRegistry.Dashboard.Charts;

/// <summary>A <c>text</c> of a drawing: Razor keeps that name for itself.</summary>
public sealed class TextElement : ComponentBase
{
    [Parameter]
    public double X { get; set; }

    [Parameter]
    public double Y { get; set; }

    [Parameter]
    public string? Anchor { get; set; }

    [Parameter]
    public string? Class { get; set; }

    [Parameter]
    public string Text { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", Figures.Coordinate(X));
        builder.AddAttribute(3, "y", Figures.Coordinate(Y));
        builder.AddAttribute(4, "text-anchor", Anchor);
        builder.AddContent(5, Shown.OneLine(Text));
        builder.CloseElement();
    }
}
