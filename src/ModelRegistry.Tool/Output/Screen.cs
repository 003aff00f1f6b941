using System.Text;
using ModelRegistry.Shared;
using ModelRegistry.Tool.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ModelRegistry.Tool.Output;

/// <summary>
/// Tables and trees for people. Text goes in as <see cref="Text"/>, never as markup, and without control characters,
/// so that nothing in a registry can dress up what is printed.
/// </summary>
internal sealed class Screen
{
    // Wide enough that a pipe never gets a path in two lines.
    private const int UnlimitedWidth = 4000;

    public static readonly Style Plain = Style.Plain;
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Faint = new(foreground: Color.Grey);
    public static readonly Style Good = new(foreground: Color.Green);
    public static readonly Style Bad = new(foreground: Color.Red);
    public static readonly Style Notice = new(foreground: Color.Yellow);

    private readonly IAnsiConsole _console;
    private readonly bool _isTerminal;

    private Screen(IAnsiConsole console, bool isTerminal)
    {
        _console = console;
        _isTerminal = isTerminal;
    }

    public static Screen OnStandardOutput()
    {
        var isTerminal = !Console.IsOutputRedirected;
        if (isTerminal && OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        return new Screen(Make(isTerminal ? Console.Out : Utf8Output(), isTerminal), isTerminal);
    }

    /// <summary>A console without colours or control codes where it is no terminal.</summary>
    public static IAnsiConsole Make(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && !ToolEnvironment.NoColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = true;
        if (!isTerminal) console.Profile.Width = UnlimitedWidth;
        return console;
    }

    private static StreamWriter Utf8Output() =>
        new(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public static Text Cell(string? text, Style? style = null) => new(text is null ? "" : SafeText.OneLine(text), style);

    public Table Table(params IReadOnlyList<string> columns)
    {
        var table = new Table { Border = _isTerminal ? TableBorder.Rounded : TableBorder.None, BorderStyle = Faint };
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column, Strong)));
        return table;
    }

    /// <summary>Names and values below each other; what is null or empty is left out.</summary>
    public void Fields(params IReadOnlyList<(string Name, string? Value)> fields)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach (var (name, value) in fields.Where(f => !string.IsNullOrEmpty(f.Value))) grid.AddRow(Cell(name, Faint), new Text(SafeText.Lines(value!)));
        Write(grid);
    }

    public void Line(string text, Style? style = null) => Write(new Text(SafeText.OneLine(text) + "\n", style));

    public void Blank() => _console.WriteLine();

    public void Write(IRenderable renderable)
    {
        if (_isTerminal) _console.Write(renderable);
        else WriteTrimmed(renderable);
    }

    // Cells are padded to the width of their column; in a file the blanks at the ends of lines are only noise.
    private void WriteTrimmed(IRenderable renderable)
    {
        using var text = new StringWriter();
        Make(text, isTerminal: false).Write(renderable);
        foreach (var line in text.ToString().TrimEnd('\n', '\r').Split('\n')) _console.WriteLine(line.TrimEnd());
    }
}
