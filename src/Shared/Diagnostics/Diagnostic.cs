namespace ModelRegistry.Diagnostics;

/// <summary>A kind of message with a stable code. Every code has a page in <c>docs/diagnostics/</c>.</summary>
/// <param name="Code">The code, <c>MR</c> and four digits. Never reused for another meaning.</param>
/// <param name="Kind">What sort of failure it is; decides the exit code.</param>
/// <param name="Title">A few words that name the situation.</param>
#if DIAGNOSTICS_ARE_PUBLIC
public
#else
internal
#endif
sealed partial record Diagnostic(string Code, ErrorKind Kind, string Title)
{
    /// <summary>The page that explains the code, relative to the root of the documentation.</summary>
    public string HelpPath => $"docs/diagnostics/{Code}.md";
}
