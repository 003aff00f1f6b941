using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Versions;

/// <summary>Finds a version and what stands at the top of its pages.</summary>
public sealed class VersionHeads(RegistryReader reader, AuditReader audit)
{
    /// <exception cref="ModelRegistryException">MR0203, MR0204: there is none; MR0207, MR0208: its manifest is not in order.</exception>
    public VersionHeadView Of(ModelId id, CancellationToken cancellation)
    {
        var family = reader.Get(id.Name, cancellation);
        if (family.Problem is { } problem) throw problem;
        var version = family.Index!.Find(id.Version);
        if (version is null)
        {
            reader.Resolve(id.Name, Selector.Exactly(id.Version), cancellation);
            throw Codes.VersionNotFound.Error($"{id.Name} has no version {id.Version}", "look for it among its versions");
        }

        var at = family.Versions.ToList().IndexOf(version);
        return new VersionHeadView
        {
            Family = family,
            Version = version,
            Labels = family.Labels(version),
            Commit = audit.Of(family.Name, cancellation).FirstOrDefault(e => e.Action == "register" && e.Version == id.Version.Value)?.Commit,
            Lower = at + 1 < family.Versions.Count ? family.Versions[at + 1].Manifest.Version.Value : null,
            Higher = at > 0 ? family.Versions[at - 1].Manifest.Version.Value : null,
        };
    }
}
