using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Tests.Output;

/// <summary>Tables, trees and progress as they are laid out, without a terminal.</summary>
public sealed class TextLayoutTests
{
    [Fact]
    public void Table_ThatFits_HasColumnsSideBySideAndNoBlanksAtTheEnds()
    {
        var table = Screen.Table("NAME", "STATE");
        table.AddRow(Screen.Cell("resnet18"), Screen.Cell(""));
        table.AddRow(Screen.Cell("m"), Screen.Cell("yanked"));

        Assert.Equal(["NAME      STATE", "resnet18", "m         yanked"], Lines(table, 80));
    }

    [Fact]
    public void Table_InANarrowTerminal_BreaksLinesBetweenWordsOnly()
    {
        var table = Screen.Table("MODEL", "DESCRIPTION");
        table.AddRow(Screen.Cell("a-long-name"), Screen.Cell("sorts pictures of handwritten digits"));

        Assert.Equal(["MODEL        DESCRIPTION", "a-long-name  sorts pictures", "             of handwritten", "             digits"], Lines(table, 28));
    }

    [Fact]
    public void Table_OfAnyContentInAnyWidth_HoldsEveryWordWhole()
    {
        var random = new Random(80);
        for (var round = 0; round < 500; round++)
        {
            var columns = random.Next(1, 7);
            var table = new TextTable();
            var words = new List<string>();
            for (var row = random.Next(1, 5); row > 0; row--)
            {
                table.AddRow([.. Enumerable.Range(0, columns).Select(_ =>
                {
                    string[] cell = [.. Enumerable.Range(0, random.Next(6)).Select(_ => new string((char)('a' + random.Next(26)), random.Next(1, 20)))];
                    words.AddRange(cell);
                    return Screen.Cell(string.Join(' ', cell));
                })]);
            }

            var lines = Lines(table, random.Next(1, 120));

            Assert.Equal(words.Order(StringComparer.Ordinal), lines.SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Table_WideEnoughForItsWords_FitsTheTerminal()
    {
        var table = Screen.Table("A", "B", "C");
        table.AddRow(Screen.Cell("one two three four five"), Screen.Cell("six seven eight nine ten"), Screen.Cell("eleven twelve thirteen"));

        Assert.All(Lines(table, 40), line => Assert.InRange(line.Length, 0, 40));
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("Größe", 5)]
    public void Width_IsWhatATerminalGivesTheText(string text, int columns) => Assert.Equal(columns, TextWidth.Of(text));

    [Fact]
    public void Tree_DrawsItsBranches()
    {
        var tree = Screen.Tree(Screen.Cell("root"));
        var first = tree.Add(Screen.Cell("first"));
        first.Add(Screen.Cell("inner"));
        tree.Add(Screen.Cell("last")).Add(Screen.Cell("leaf"));

        Assert.Equal(["root", "├── first", "│   └── inner", "└── last", "    └── leaf"], tree.Lines().Select(Text));
    }

    [Fact]
    public void Tree_DeeperThanAStack_IsDrawn()
    {
        var root = Screen.Tree(Screen.Cell("0"));
        var at = root;
        for (var i = 0; i < 2000; i++) at = at.Add(Screen.Cell("x"));

        Assert.Equal(2001, root.Lines().Count());
    }

    [Fact]
    public void Progress_SaysBytesRateAndTimeLeft() =>
        Assert.Equal("m.pth  25 %  256.0 MiB of 1.0 GiB  128.0 MiB/s  0:06 left", ProgressLine.Text(new TransferProgress("m.pth", 256L << 20, 1L << 30), TimeSpan.FromSeconds(2)));

    private static string[] Lines(TextTable table, int width) => [.. table.Lines(width).Select(Text)];

    private static string Text(List<Cell> pieces) => string.Concat(pieces.Select(p => p.Text));
}
