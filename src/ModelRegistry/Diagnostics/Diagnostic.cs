namespace ModelRegistry.Diagnostics;

/// <summary>A kind of message with a stable code. Every code has a page in <c>docs/diagnostics/</c>.</summary>
/// <param name="Code">The code, <c>MR</c> and four digits. Never reused for another meaning.</param>
/// <param name="Kind">What sort of failure it is; decides the exit code.</param>
/// <param name="Title">A few words that name the situation.</param>
public sealed record Diagnostic(string Code, ErrorKind Kind, string Title)
{
    /// <summary>The page that explains the code, relative to the root of the documentation.</summary>
    public string HelpPath => $"docs/diagnostics/{Code}.md";

    /// <summary>Makes the exception that reports this diagnostic.</summary>
    /// <param name="what">What happened, and where: one line.</param>
    /// <param name="hint">What to do about it: one line, or null.</param>
    /// <param name="inner">The cause, shown only under <c>--verbose</c>.</param>
    public ModelRegistryException Error(string what, string? hint = null, Exception? inner = null) =>
        new(this, what, hint, inner);
}
