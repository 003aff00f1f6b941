namespace ModelRegistry.Inference;

/// <summary>
/// A network, an input or an image that cannot be used. The one expected failure of this library: whatever
/// architecture, weights or image it is given, it returns a result, throws this, or lets the
/// <see cref="ModelRegistry.Weights.WeightsFormatException"/> of the weights file through.
/// </summary>
public class InferenceException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="code">The diagnostic, <c>MR06xx</c>.</param>
    /// <param name="message">What is wrong, in one line.</param>
    /// <param name="where">The node or JSON path, e.g. <c>node layer1.0.conv1</c> or <c>$.nodes[3].stride</c>; null when the whole is meant.</param>
    /// <param name="hint">What the user can do about it.</param>
    /// <param name="inner">The failure underneath.</param>
    public InferenceException(string code, string message, string? where = null, string? hint = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Where = where;
        Hint = hint;
    }

    /// <summary>The diagnostic, <c>MR06xx</c>; each has a page in <c>docs/diagnostics</c>.</summary>
    public string Code { get; }

    /// <summary>A few words that name the situation, the heading of the code's page.</summary>
    public string Title => InferenceCodes.Of(Code).Title;

    /// <summary>What the <c>modelreg</c> command exits with where this ends it: 1 to 7, as its documentation lists them.</summary>
    public int ExitCode => (int)InferenceCodes.Of(Code).Kind;

    /// <summary>The node or JSON path, or null when the whole is meant.</summary>
    public string? Where { get; }

    /// <summary>What the user can do about it, or null.</summary>
    public string? Hint { get; }
}
