namespace ModelRegistry;

/// <summary>A version that came with an archive.</summary>
/// <param name="Id">The version.</param>
/// <param name="Created">False where the registry had it already.</param>
/// <param name="Commit">The commit; null without one.</param>
public sealed record ImportedVersion(ModelId Id, bool Created, string? Commit);
