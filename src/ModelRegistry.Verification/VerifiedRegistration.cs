namespace ModelRegistry.Verification;

/// <summary>Registers a version only if it passes its verification.</summary>
public static class VerifiedRegistration
{
    /// <summary>Verifies the files before anything is written, registers, and records the outcome. What was registered before is neither verified nor recorded again.</summary>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0642: a check failed, and nothing was registered. Others as for <see cref="Registry.Register"/>.</exception>
    public static RegistrationResult Register(Registry registry, RegistrationRequest request, CancellationToken cancellation = default)
    {
        VerificationReport? report = null;
        var result = registry.Register(
            request with
            {
                BeforeCommit = (manifest, paths) =>
                {
                    report = Verifier.Verify(manifest, file => paths[file.Path], options: null, cancellation);
                    if (!report.Passed) throw Verifier.Failure(manifest.Name.Value, report);
                },
            },
            cancellation);
        if (report is not null) registry.RecordVerification(result.Id, Verifier.Record(result.Manifest, report), request.Commit, cancellation);
        return result;
    }
}
