namespace ModelRegistry.Tool.Output;

/// <summary>How a piece of text is drawn on a terminal, as the parameter of "select graphic rendition" (ECMA-48, 8.3.117).</summary>
internal enum Style
{
    Plain = 0,
    Strong = 1,
    Bad = 31,
    Good = 32,
    Notice = 33,
    Faint = 90,
}

/// <summary>Text in one style. It is made by <see cref="Screen.Cell"/>, which takes what could harm a terminal out of it.</summary>
internal readonly record struct Cell(string Text, Style Style);
