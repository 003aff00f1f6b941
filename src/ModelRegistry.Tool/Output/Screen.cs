using System.Text;
using ModelRegistry.Shared;

namespace ModelRegistry.Tool.Output;

/// <summary>
/// Lines, tables and trees for people on standard output. Text comes in as <see cref="Cell"/>, without control characters,
/// so that nothing in a registry can dress up what is printed.
/// </summary>
internal sealed class Screen
{
    public const Style Plain = Style.Plain, Strong = Style.Strong, Faint = Style.Faint, Good = Style.Good, Bad = Style.Bad, Notice = Style.Notice;

    private readonly bool _isColoured = Terminal.IsColoured(Console.IsOutputRedirected);
    private readonly int _width = Terminal.Width;

    /// <summary>Text on one line.</summary>
    public static Cell Cell(string? text, Style style = Plain) => new(text is null ? "" : SafeText.OneLine(text), style);

    public static TextTable Table(params IReadOnlyList<string> columns) => new([.. columns.Select(c => Cell(c, Strong))]);

    public static TextTree Tree(Cell label) => new(label);

    /// <summary>Names and values below each other; what is null or empty is left out.</summary>
    public void Fields(params IReadOnlyList<(string Name, string? Value)> fields)
    {
        var table = new TextTable();
        foreach (var (name, value) in fields.Where(f => !string.IsNullOrEmpty(f.Value))) table.AddRow(Cell(name, Faint), new Cell(SafeText.Lines(value!), Plain));
        Write(table);
    }

    public void Line(string text, Style style = Plain) => Write([[Cell(text, style)]]);

    public void Blank() => Write([[]]);

    public void Write(TextTable table) => Write(table.Lines(_width));

    public void Write(TextTree tree) => Write(tree.Lines());

    private void Write(IEnumerable<IReadOnlyList<Cell>> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            foreach (var piece in line)
            {
                if (_isColoured && piece.Style != Plain && piece.Text.Length > 0) text.Append($"\e[{(int)piece.Style}m{piece.Text}\e[0m");
                else text.Append(piece.Text);
            }

            text.Append(Environment.NewLine);
        }

        StandardOutput.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
