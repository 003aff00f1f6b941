using System.Collections.Immutable;

namespace ModelRegistry.Verification;

/// <summary>A version verified by every engine that can run it.</summary>
/// <param name="Reports">What each found, the managed engine first.</param>
/// <param name="Difference">The largest difference between what two of them gave; null where fewer than two came to an output.</param>
/// <param name="Agreement">The check that the difference amounts to; null without one.</param>
/// <param name="Recorded">What was written to the registry; null where nothing was to be recorded.</param>
public sealed record EngineComparison(ImmutableArray<VerificationReport> Reports, EngineDifference? Difference, CheckResult? Agreement, PointerChange? Recorded)
{
    /// <summary>Whether every check of every engine passed, and they agree.</summary>
    public bool Passed => Reports.All(report => report.Passed) && Agreement is null or { Passed: true };
}

/// <summary>How far apart two engines are.</summary>
/// <param name="Left">The engine that is the measure.</param>
/// <param name="Right">The other.</param>
/// <param name="Relative">The largest difference between two values, relative to the largest magnitude of <paramref name="Left"/>; infinite where the outputs have other shapes.</param>
public sealed record EngineDifference(string Left, string Right, double Relative);
