using ModelRegistry.Diagnostics;
using ModelRegistry.Git;

namespace ModelRegistry.Health;

/// <summary>What every check of a doctor's round works on.</summary>
internal sealed class DoctorScope(RegistryContext registry, GitRepository? repository, bool fix, IProgress<string>? progress, CancellationToken cancellation)
{
    public RegistryContext Registry { get; } = registry;

    public GitRepository? Repository { get; } = repository;

    /// <summary>Whether to mend.</summary>
    public bool Fix { get; } = fix;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>The manifests that are in order; filled by the first check that reads them.</summary>
    public List<Manifest> Manifests { get; } = [];

    /// <summary>Paths relative to the registry that a writer at work has not finished.</summary>
    public IReadOnlySet<string> Hidden { get; } = registry.PendingWrites.Hidden(cancellation);

    /// <summary>Files that a merge left open; filled by the check that explains them, and mended by nobody.</summary>
    public HashSet<string> Unmerged { get; } = new(StringComparer.Ordinal);

    public void Tell(string step)
    {
        Cancellation.ThrowIfCancellationRequested();
        progress?.Report(step);
    }

    /// <summary>Mends if that was asked for, and makes the finding that says so.</summary>
    public DoctorFinding Found(Diagnostic diagnostic, DoctorSeverity severity, string what, string where, string? advice, Func<bool>? mend = null) =>
        new(diagnostic, severity, what, where, advice, Mended: Fix && mend is not null && Try(mend));

    private bool Try(Func<bool> mend)
    {
        try
        {
            return mend();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ModelRegistryException)
        {
            Registry.Options.Log.Warn((failure as ModelRegistryException)?.Diagnostic ?? Codes.RegistryUnwritable, $"could not mend: {failure.Message}");
            return false;
        }
    }
}
