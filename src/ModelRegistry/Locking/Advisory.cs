using ModelRegistry.Diagnostics;

namespace ModelRegistry.Locking;

/// <summary>Something that a user of a model should know.</summary>
/// <param name="Request">The reference that it is about.</param>
/// <param name="Diagnostic">Its code.</param>
/// <param name="Message">What it is, and what to do.</param>
public sealed record Advisory(ModelRequest Request, Diagnostic Diagnostic, string Message)
{
    /// <summary>Whether it is for information only, and no warning.</summary>
    public bool IsInformation => Diagnostic == Codes.NewerAvailable;
}
