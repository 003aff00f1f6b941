namespace ModelRegistry.Weights;

/// <summary>
/// A weights file that is refused, or asked for something it cannot give. The one expected failure of this library:
/// whatever bytes it is given, reading returns a result or throws this.
/// </summary>
public sealed class WeightsFormatException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="code">The diagnostic, <c>MR05xx</c>.</param>
    /// <param name="message">What is wrong, in one line, naming the rule that was broken.</param>
    /// <param name="where">Entry and byte offset, e.g. <c>archive/data.pkl at byte 17</c>; null when the file as a whole is meant.</param>
    /// <param name="hint">What the user can do about it.</param>
    /// <param name="inner">The failure underneath, for <c>--verbose</c>.</param>
    public WeightsFormatException(string code, string message, string? where = null, string? hint = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Where = where;
        Hint = hint;
    }

    /// <summary>The diagnostic, <c>MR05xx</c>; each has a page in <c>docs/diagnostics</c>.</summary>
    public string Code { get; }

    /// <summary>A few words that name the situation, the heading of the code's page.</summary>
    public string Title => WeightsCodes.Of(Code).Title;

    /// <summary>What the <c>modelreg</c> command exits with where this ends it: 1 to 7, as its documentation lists them.</summary>
    public int ExitCode => (int)WeightsCodes.Of(Code).Kind;

    /// <summary>Entry and byte offset, or null when the file as a whole is meant.</summary>
    public string? Where { get; }

    /// <summary>What the user can do about it, or null.</summary>
    public string? Hint { get; }

    /// <summary>All findings when there was more than one, e.g. every global a pickle asks for; empty otherwise.</summary>
    public IReadOnlyList<WeightsFinding> Findings { get; init; } = [];
}
