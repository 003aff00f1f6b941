using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace ModelRegistry.Dashboard.Cards;

/// <summary>
/// Renders a model card. No HTML of the author's gets through, and links and images are checked on the syntax tree, where every spelling of an
/// address is the address that a browser would see.
/// </summary>
internal static class CardMarkup
{
    /// <summary>A card that takes longer than this is shown as text.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const int MaxNesting = 100;
    private const string FragmentPrefix = "card-";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).UseEmphasisExtras().UseTaskLists().Build();

    /// <summary>The markup; null where the text is too deep, too slow or otherwise refused, and has to be shown as it is.</summary>
    /// <param name="text">Markdown.</param>
    /// <param name="link">What a relative address leads to; null for nowhere.</param>
    /// <param name="image">What a relative address of an image leads to; null for nowhere.</param>
    public static MarkupString? Render(string text, Func<string, string?> link, Func<string, string?>? image = null)
    {
        // The parser is not interruptible, and quadratic on some texts: it runs aside, and is left behind when it is late.
        if (Nesting(text) > MaxNesting) return null;
        string? html = null;
        var work = new Thread(
            () =>
            {
                try
                {
                    html = ToHtml(text, link, image ?? (_ => null));
                }
                catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
                {
                    // Markdig says ArgumentException where the nesting is too deep.
                    html = null;
                }
            },
            maxStackSize: 4 << 20)
        {
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        };
        work.Start();
        return work.Join(Longest) && html is not null ? new MarkupString(html) : null;
    }

    private static string ToHtml(string text, Func<string, string?> link, Func<string, string?> picture)
    {
        var document = Markdown.Parse(text, Pipeline);
        foreach (var node in document.Descendants().ToList())
        {
            switch (node)
            {
                case LinkInline { IsImage: true } image:
                    Check(image, picture, isImage: true);
                    break;
                case LinkInline anchor:
                    Check(anchor, link, isImage: false);
                    break;
                case AutolinkInline auto:
                    if (!auto.IsEmail && Linking.OutwardLink.Check(auto.Url) is null) auto.ReplaceBy(new LiteralInline(auto.Url));
                    break;
                case HeadingBlock heading:
                    // The page has its own first level.
                    heading.Level = Math.Min(6, heading.Level + 1);
                    // And its own names: a heading called "main" must not take one.
                    if (heading.TryGetAttributes() is { Id: { } id } attributes) attributes.Id = FragmentPrefix + id;
                    break;
            }
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return Visible(writer.ToString());
    }

    private static void Check(LinkInline link, Func<string, string?> relative, bool isImage)
    {
        link.GetDynamicUrl = null;
        var url = link.Url ?? "";
        var allowed = !isImage && url.StartsWith('#') && url.Length > 1 && !url.Any(char.IsControl) ? "#" + FragmentPrefix + url[1..]
            : isImage ? IsRelative(url) ? relative(url) : null
            : url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) && url.All(c => c is > ' ' and < '\u007f' and not ('"' or '<' or '>')) ? url
            : IsRelative(url) ? relative(url)
            : Linking.OutwardLink.Check(url);
        if (allowed is not null)
        {
            link.Url = allowed;
            return;
        }

        // The words stay, the address goes.
        var text = new ContainerInline();
        link.ReplaceBy(text, copyChildren: true);
    }

    private static bool IsRelative(string url) =>
        url.Length > 0 && !url.StartsWith('/') && !url.Contains('\\', StringComparison.Ordinal) && !url.Contains(':', StringComparison.Ordinal) && !url.Any(char.IsControl);

    // What the page's own encoder does for every other text.
    private static string Visible(string html) => Shown.Text(html);

    private static int Nesting(string text)
    {
        var most = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var depth = 0;
            foreach (var c in line)
            {
                if (c is '>' or '[' or '(' or '*' or '-' or '_') depth++;
                else if (c is not (' ' or '\t')) break;
            }

            most = Math.Max(most, depth);
            var open = 0;
            var deepest = 0;
            foreach (var c in line)
            {
                open += c is '[' or '(' ? 1 : c is ']' or ')' ? -1 : 0;
                deepest = Math.Max(deepest, open);
            }

            most = Math.Max(most, deepest);
        }

        return most;
    }
}
