namespace ModelRegistry;

/// <summary>Which number of a version a registration raises.</summary>
public enum VersionStep
{
    /// <summary>Major when the input or output signature changed, else minor.</summary>
    Auto,

    /// <summary>1.4.2 → 2.0.0.</summary>
    Major,

    /// <summary>1.4.2 → 1.5.0.</summary>
    Minor,

    /// <summary>1.4.2 → 1.4.3.</summary>
    Patch,
}
