namespace ModelRegistry.Diagnostics;

public sealed partial record Diagnostic
{
    /// <summary>Makes the exception that reports this diagnostic.</summary>
    /// <param name="what">What happened, and where: one line.</param>
    /// <param name="hint">What to do about it: one line, or null.</param>
    /// <param name="inner">The cause, shown only under <c>--verbose</c>.</param>
    public ModelRegistryException Error(string what, string? hint = null, Exception? inner = null) =>
        new(this, what, hint, inner);
}
