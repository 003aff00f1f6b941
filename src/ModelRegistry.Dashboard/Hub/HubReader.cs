using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Hub;

/// <summary>Finds versions by the revisions of a hub: <c>main</c> is the latest; versions, aliases and commits are what they are.</summary>
internal sealed class HubReader(Registry registry, AuditReader audit)
{
    private static readonly string[] Latest = ["main", "HEAD"];
    private const int CommitLength = 40;

    /// <summary>The family; null where there is none.</summary>
    public Family? Family(string repository, CancellationToken cancellation)
    {
        try
        {
            return ModelName.TryParse(repository, out var name) ? registry.GetFamily(name, cancellation) : null;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.ModelNotFound)
        {
            return null;
        }
    }

    /// <summary>The version of a revision; null where there is none, or it is yanked and was not named by its exact number.</summary>
    public HubVersion? Version(Family family, string revision, CancellationToken cancellation)
    {
        if (Id(family, revision, cancellation) is not { } id) return null;
        var isExact = id.Version.Value == revision;
        return isExact || !family.IsYanked(id.Version) ? new HubVersion(registry.Get(id), CommitOf(id, cancellation)) : null;
    }

    private ModelId? Id(Family family, string revision, CancellationToken cancellation)
    {
        if (Latest.Contains(revision, StringComparer.Ordinal)) return Chosen(family, Selector.Latest, cancellation);
        if (ModelVersion.TryParse(revision, out var version) && version.Value == revision) return family.Versions.Any(v => v.Version == version) ? new ModelId(family.Name, version) : null;
        if (revision.Length == CommitLength && revision.All(char.IsAsciiHexDigitLower)) return AddedBy(family, revision, cancellation);
        var alias = revision.TrimStart('@');
        return family.Aliases.ContainsKey(alias) ? Chosen(family, Selector.Parse("@" + alias), cancellation) : null;
    }

    private ModelId? Chosen(Family family, Selector selector, CancellationToken cancellation)
    {
        try
        {
            return registry.Resolve(family.Name, selector, new ResolveOptions { Fetch = false }, cancellation).Id;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private ModelId? AddedBy(Family family, string commit, CancellationToken cancellation) =>
        family.Versions.Select(v => new ModelId(family.Name, v.Version)).FirstOrDefault(id => CommitOf(id, cancellation) == commit);

    private string CommitOf(ModelId id, CancellationToken cancellation)
    {
        var added = audit.Of(id.Name.Value, cancellation).LastOrDefault(e => e.Action == "register" && e.Version == id.Version.Value);
        return added is { Commit.Length: CommitLength } ? added.Commit : registry.GetManifest(id, cancellation).Digest.Hex[..CommitLength];
    }
}

/// <summary>A version as a client of a hub sees it: a repository at a revision.</summary>
/// <param name="Manifest">The version.</param>
/// <param name="Commit">40 hex digits that name the revision for ever: the registry's commit that added the version, else the beginning of the digest of its weights.</param>
internal sealed record HubVersion(Manifest Manifest, string Commit);
