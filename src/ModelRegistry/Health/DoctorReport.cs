using ModelRegistry.Diagnostics;

namespace ModelRegistry;

/// <summary>What <c>doctor</c> found.</summary>
/// <param name="Findings">What is wrong, or was wrong and is mended.</param>
public sealed record DoctorReport(IReadOnlyList<DoctorFinding> Findings)
{
    /// <summary>Whether nothing is left that is an error or a warning.</summary>
    public bool Healthy => !Findings.Any(f => f.Severity != DoctorSeverity.Info && !f.Mended);
}

/// <summary>How bad a finding is.</summary>
public enum DoctorSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Should be seen to.</summary>
    Warning,

    /// <summary>Bytes, metadata or history disagree.</summary>
    Error,
}

/// <summary>One finding.</summary>
/// <param name="Diagnostic">Its code.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Where">The file.</param>
/// <param name="Fix">What to do; null where there is nothing.</param>
/// <param name="Mended">Whether <c>--fix</c> mended it.</param>
public sealed record DoctorFinding(Diagnostic Diagnostic, DoctorSeverity Severity, string What, string Where, string? Fix, bool Mended = false);
