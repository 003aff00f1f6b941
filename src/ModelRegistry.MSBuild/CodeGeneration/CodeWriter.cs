using System.Text;

namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Writes indented lines of C#, with the same line ends on every platform.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0 && line[0] != '#') _text.Append(' ', _depth * 4);
        _text.Append(line).Append('\n');
    }

    public void Open(string header)
    {
        Line(header);
        Open();
    }

    public void Open()
    {
        Line("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Line("}");
    }

    public void Summary(string text) => Line($"/// <summary>{Xml(text)}</summary>");

    public override string ToString() => _text.ToString();

    /// <summary>A string literal. Everything outside printable ASCII is escaped, so that no label can end the literal or the line.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\') literal.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~') literal.Append(c);
            else literal.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
        }

        return literal.Append('"').ToString();
    }

    public static string Number(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Text for a documentation comment: on one line, and without markup.</summary>
    public static string Xml(string text)
    {
        var xml = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c == '&') xml.Append("&amp;");
            else if (c == '<') xml.Append("&lt;");
            else if (c == '>') xml.Append("&gt;");
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029') xml.Append(' ');
            else xml.Append(c);
        }

        return xml.ToString();
    }
}
