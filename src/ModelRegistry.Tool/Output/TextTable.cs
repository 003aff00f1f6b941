namespace ModelRegistry.Tool.Output;

/// <summary>
/// Columns of text. A column gets as narrow as its longest word where the terminal is narrow; no word is ever cut or wrapped, so that
/// what is printed can be copied.
/// </summary>
internal sealed class TextTable(params IReadOnlyList<Cell> header)
{
    private const int Gap = 2;

    private readonly List<IReadOnlyList<Cell>> _rows = header.Count == 0 ? [] : [header];

    public void AddRow(params IReadOnlyList<Cell> cells) => _rows.Add(cells);

    /// <summary>The lines, each as pieces with a style, the last piece without blanks at its end.</summary>
    public IEnumerable<List<Cell>> Lines(int terminalWidth)
    {
        var widths = Widths(terminalWidth);
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, i) => Wrapped(cell.Text, widths[i])).ToArray();
            for (var line = 0; line < cells.Max(c => c.Count); line++)
            {
                var last = Array.FindLastIndex(cells, c => line < c.Count && c[line].Length > 0);
                var pieces = new List<Cell>();
                for (var i = 0; i <= last; i++)
                {
                    var text = line < cells[i].Count ? cells[i][line] : "";
                    pieces.Add(new Cell(text, row[i].Style));
                    if (i < last) pieces.Add(new Cell(new string(' ', widths[i] - TextWidth.Of(text) + Gap), Style.Plain));
                }

                yield return pieces;
            }
        }
    }

    private int[] Widths(int terminalWidth)
    {
        var columns = _rows.Count == 0 ? 0 : _rows.Max(r => r.Count);
        var (widths, words) = (new int[columns], new int[columns]);
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Count; i++)
            {
                foreach (var line in row[i].Text.Split('\n'))
                {
                    widths[i] = Math.Max(widths[i], TextWidth.Of(line));
                    foreach (var word in line.Split(' ')) words[i] = Math.Max(words[i], TextWidth.Of(word));
                }
            }
        }

        var over = (long)widths.Sum() + (Gap * Math.Max(0, columns - 1)) - terminalWidth;
        // What is missing is taken from the widest column, column by column, for as long as its words leave any.
        while (over-- > 0 && Enumerable.Range(0, columns).Where(i => widths[i] > words[i]).OrderByDescending(i => widths[i]).Select(i => (int?)i).FirstOrDefault() is { } widest)
            widths[widest]--;
        return widths;
    }

    private static List<string> Wrapped(string text, int width)
    {
        var lines = new List<string>();
        foreach (var whole in text.Split('\n'))
        {
            var rest = whole;
            while (TextWidth.Of(rest) > width)
            {
                // The last blank with which the line still fits.
                var cut = -1;
                for (var blank = rest.IndexOf(' ', StringComparison.Ordinal); blank >= 0 && TextWidth.Of(rest.AsSpan(0, blank)) <= width; blank = rest.IndexOf(' ', blank + 1)) cut = blank;
                if (cut < 0) break;
                lines.Add(rest[..cut].TrimEnd(' '));
                rest = rest[(cut + 1)..];
            }

            lines.Add(rest.TrimEnd(' '));
        }

        return lines;
    }
}
