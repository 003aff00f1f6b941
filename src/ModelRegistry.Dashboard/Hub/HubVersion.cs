namespace ModelRegistry.Dashboard.Hub;

/// <summary>A version as a client of a hub sees it: a repository at a revision.</summary>
/// <param name="Manifest">The version.</param>
/// <param name="Commit">40 hex digits that name the revision for ever: the registry's commit that added the version, else the beginning of the digest of its weights.</param>
internal sealed record HubVersion(Manifest Manifest, string Commit);
