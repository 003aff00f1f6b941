using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Health.Checks;
using ModelRegistry.Registration;

namespace ModelRegistry.Health;

/// <summary>Checks what the metadata says, what the disk holds and what git remembers against each other.</summary>
internal sealed class Doctor(RegistryContext registry)
{
    public DoctorReport Examine(bool fix, bool remote, IProgress<string>? progress, CancellationToken cancellation)
    {
        var findings = new List<DoctorFinding>();
        var repository = FindRepository(findings, cancellation);
        findings.AddRange(LeftBehind.Before(registry, repository, fix));
        // The locks are held while something is mended, so that no writer is taken for a dead one.
        using var transaction = fix ? RegistryTransaction.Begin(registry, repository, commits: false, cancellation) : null;
        if (transaction is not null) findings.AddRange(LeftBehind.Mended(transaction, registry));
        var scope = new DoctorScope(registry, repository, fix, progress, cancellation);
        findings.AddRange(LeftBehind.StrayFiles(scope));
        findings.AddRange(MergeConflicts.Run(scope));
        findings.AddRange(CommittedState.Changed(scope));
        findings.AddRange(ManifestFiles.Run(scope));
        findings.AddRange(CommittedState.Uncommitted(scope));
        findings.AddRange(ManifestHistory.Run(scope));
        findings.AddRange(References.Run(scope));
        findings.AddRange(Signatures.Run(scope));
        findings.AddRange(Artifacts.Run(scope));
        if (remote) findings.AddRange(RemoteStores.Run(scope));
        if (repository is not null && fix) CommitGraph.Extend(repository, registry.Options, cancellation);
        else if (repository is not null) CommitGraph.ExtendIfFree(repository, registry.Options, cancellation);
        return new DoctorReport(findings);
    }

    private GitRepository? FindRepository(List<DoctorFinding> findings, CancellationToken cancellation)
    {
        try
        {
            var repository = GitRepository.Find(registry.Layout.Root, registry.Options);
            repository?.Reader.ReadHead(cancellation);
            if (repository is null)
                findings.Add(new DoctorFinding(Codes.NotARepository, DoctorSeverity.Info, "the registry is not in a git repository, so its history was not checked", registry.Layout.Root, "run 'git init' to keep an audit trail"));
            return repository;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            findings.Add(new DoctorFinding(failure.Diagnostic, DoctorSeverity.Warning, $"history was not checked: {failure.Message}", registry.Layout.Root, failure.Hint));
            return null;
        }
    }
}
