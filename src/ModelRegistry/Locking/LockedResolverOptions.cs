using ModelRegistry.Trust;

namespace ModelRegistry.Locking;

/// <summary>How the references of a project are resolved.</summary>
public sealed record LockedResolverOptions
{
    /// <summary>The lock file; it need not exist.</summary>
    public required string LockFile { get; init; }

    /// <summary>Where the registry is, as <see cref="RegistrySession.Open"/> takes it. It is asked only for what the lock file does not answer.</summary>
    public string? Address { get; init; }

    /// <summary>Fail where the lock file would change.</summary>
    public bool LockedMode { get; init; }

    /// <summary>Ask the registry for everything again.</summary>
    public bool ForceEvaluate { get; init; }

    /// <summary>Take entries out of the lock file that nobody asks for: right where the file belongs to one project alone.</summary>
    public bool Prune { get; init; }

    /// <summary>Whom the build believes; null where it asks nobody.</summary>
    public ModelTrustPolicy? Trust { get; init; }

    /// <summary>Place, clock, messages, folders, limits.</summary>
    public RegistryOptions Registry { get; init; } = new();
}

/// <summary>A reference with its answer and its verified files.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Locked">The answer.</param>
/// <param name="Files">The files asked for, with the paths of their blobs.</param>
public sealed record ResolvedReference(ModelRequest Request, LockedVersion Locked, IReadOnlyList<ResolvedFile> Files)
{
    /// <summary>Name and version.</summary>
    public ModelId Id => new(Request.Name, Locked.Version);
}

/// <summary>The answers, and what their users should know.</summary>
/// <param name="References">One for each request, in their order.</param>
/// <param name="Advisories">What to tell the user.</param>
/// <param name="Changes">What changed in the lock file, one line each; empty where nothing did.</param>
public sealed record LockedResult(IReadOnlyList<ResolvedReference> References, IReadOnlyList<Advisory> Advisories, IReadOnlyList<string> Changes);
