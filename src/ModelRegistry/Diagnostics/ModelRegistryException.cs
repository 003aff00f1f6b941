namespace ModelRegistry.Diagnostics;

/// <summary>An expected failure: it has a code, says what happened and where, and what to do. Anything else that is thrown is a defect.</summary>
public sealed class ModelRegistryException : Exception
{
    /// <summary>Makes the failure.</summary>
    /// <param name="diagnostic">The kind of failure.</param>
    /// <param name="what">What happened, and where.</param>
    /// <param name="hint">What to do, or null.</param>
    /// <param name="inner">The cause, or null.</param>
    public ModelRegistryException(Diagnostic diagnostic, string what, string? hint = null, Exception? inner = null)
        : base(OneLine(what), inner)
    {
        Diagnostic = diagnostic;
        Hint = hint is null ? null : OneLine(hint);
    }

    /// <summary>The kind of failure, with its code.</summary>
    public Diagnostic Diagnostic { get; }

    /// <summary>The code, such as <c>MR0203</c>.</summary>
    public string Code => Diagnostic.Code;

    /// <summary>What to do about it; null where nothing sensible can be said.</summary>
    public string? Hint { get; }

    /// <summary>The line a front end prints: <c>error MR0203: what, where; what to do</c>.</summary>
    public string ToLine() => Hint is null ? $"error {Code}: {Message}" : $"error {Code}: {Message}; {Hint}";

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
