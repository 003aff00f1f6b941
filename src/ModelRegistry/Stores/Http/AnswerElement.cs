using System.Globalization;
using System.Text;

namespace ModelRegistry.Stores.Http;

/// <summary>
/// An element of an answer that is XML: its local name, its text, the elements in it. Attributes, comments and instructions are passed over; a document
/// type, which could grow without bound or name files of this machine, is refused. The framework's reader brings schemas, writers and document types
/// into an executable compiled ahead of time: see <c>docs/performance.md</c>.
/// </summary>
internal sealed class AnswerElement(string tag)
{
    /// <summary>How deep elements may lie in each other; what buckets and containers answer is five deep.</summary>
    private const int Deepest = 64;

    private readonly List<AnswerElement> _elements = [];
    private readonly StringBuilder _text = new();

    public string Name { get; } = tag[(tag.LastIndexOf(':') + 1)..];

    /// <summary>The text of the element, without that of the elements in it.</summary>
    public string Text => _text.ToString();

    /// <summary>The first element of a name in this one.</summary>
    public AnswerElement? Element(string name) => _elements.Find(element => element.Name == name);

    /// <summary>All elements of a name below this one, in their order.</summary>
    public IEnumerable<AnswerElement> Below(string name) =>
        _elements.SelectMany(element => (IEnumerable<AnswerElement>)(element.Name == name ? [element, .. element.Below(name)] : element.Below(name)));

    /// <returns>The root.</returns>
    /// <exception cref="FormatException">It is no XML, or has a document type.</exception>
    public static AnswerElement Parse(ReadOnlySpan<char> text)
    {
        AnswerElement? root = null;
        var open = new Stack<(string Tag, AnswerElement Element)>();
        while (!text.IsEmpty)
        {
            var inside = open.TryPeek(out var top) ? top.Element : null;
            var begin = text.IndexOf('<') is var at and >= 0 ? at : text.Length;
            if (inside is not null) Unescape(text[..begin], inside._text);
            else if (!text[..begin].IsWhiteSpace()) throw new FormatException("text outside of the root");
            text = text[begin..];
            if (text.IsEmpty) break;
            if (text.StartsWith("<!--")) text = text[After(text, 4, "-->")..];
            else if (text.StartsWith("<?")) text = text[After(text, 2, "?>")..];
            else if (inside is not null && text.StartsWith("<![CDATA["))
            {
                var end = After(text, 9, "]]>");
                inside._text.Append(text[9..(end - 3)]);
                text = text[end..];
            }
            else
            {
                var end = EndOfTag(text);
                var content = text[1..(end - 1)];
                text = text[end..];
                if (content is ['/', ..])
                {
                    if (inside is null || !content[1..].TrimEnd().SequenceEqual(top.Tag)) throw new FormatException("an end without a beginning");
                    open.Pop();
                    continue;
                }

                var empty = content is [.., '/'];
                var name = content.IndexOfAny(" \t\r\n/") is var length and >= 0 ? content[..length] : content;
                if (name.IsEmpty || name[0] == '!' || open.Count == Deepest || (inside is null && root is not null)) throw new FormatException("an element out of place");
                var element = new AnswerElement(name.ToString());
                if (inside is null) root = element;
                else inside._elements.Add(element);
                if (!empty) open.Push((name.ToString(), element));
            }
        }

        return open.Count == 0 && root is not null ? root : throw new FormatException("an element without an end");
    }

    private static int After(ReadOnlySpan<char> text, int begin, string end) =>
        text[begin..].IndexOf(end) is var at and >= 0 ? begin + at + end.Length : throw new FormatException($"no {end}");

    // A value of an attribute may hold what ends a tag.
    private static int EndOfTag(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '>') return i + 1;
            if (text[i] is '"' or '\'') i += 1 + (text[(i + 1)..].IndexOf(text[i]) is var length and >= 0 ? length : throw new FormatException("a value without an end"));
        }

        throw new FormatException("a tag without an end");
    }

    private static void Unescape(ReadOnlySpan<char> text, StringBuilder to)
    {
        while (text.IndexOf('&') is var at and >= 0)
        {
            to.Append(text[..at]);
            text = text[(at + 1)..];
            var end = text.IndexOf(';');
            if (end < 0) throw new FormatException("a reference without an end");
            to.Append(text[..end] switch { "lt" => "<", "gt" => ">", "amp" => "&", "quot" => "\"", "apos" => "'", var other => Character(other) });
            text = text[(end + 1)..];
        }

        to.Append(text);
    }

    private static string Character(ReadOnlySpan<char> reference)
    {
        var hex = reference.StartsWith("#x");
        return reference is ['#', ..] && int.TryParse(reference[(hex ? 2 : 1)..], hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var value) && Rune.IsValid(value) && (value >= ' ' || value is '\t' or '\r' or '\n')
            ? new Rune(value).ToString() : throw new FormatException("an unknown reference");
    }
}
