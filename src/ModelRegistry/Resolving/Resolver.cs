using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Names;
using ModelRegistry.Selectors;
using ModelRegistry.Shared;

namespace ModelRegistry.Resolving;

/// <summary>Answers selectors with versions and their verified files.</summary>
internal sealed class Resolver(RegistryContext registry)
{
    public Resolution Resolve(ModelName name, Selector selector, ResolveOptions options, CancellationToken cancellation)
    {
        var id = Named(name, selector, cancellation) ?? new ModelId(name, Choose(GetFamily(name, cancellation), selector, options.IncludePrerelease, options.IncludeUnverified).Version);
        var resolved = registry.ReadResolved(id);
        var manifest = resolved.Manifest;
        CommittedManifests.WarnIfUnlike(registry, id, resolved.Path, resolved.Content.Span);
        var yank = ReadYank(id);
        if (yank is not null) registry.Options.Log.Warn(Codes.YankedChosen, YankMessage(id, yank));
        var files = FileFilter.Apply(id, manifest.Files, options.Files);
        if (options.Fetch) registry.Artifacts.Fetch(id, files, cancellation);
        return new Resolution
        {
            Source = resolved,
            Selector = selector,
            Files = [.. files.Select(file => new ResolvedFile(file, options.Fetch ? registry.Artifacts.Locate(file, id, cancellation) : null))],
            Yank = yank,
            Verification = ReadVerification(id) is { } verification && verification.Covers(manifest) ? verification : null,
        };
    }

    /// <summary>Reads the manifest of one version: one file, unless it must be explained why there is none.</summary>
    public ResolvedManifest Read(ModelId id, CancellationToken cancellation)
    {
        if (Named(id.Name, Selector.Exactly(id.Version), cancellation) is null)
            Choose(GetFamily(id.Name, cancellation), Selector.Exactly(id.Version), includePrerelease: true);
        return registry.ReadResolved(id);
    }

    // A version that is named is one file, however many others its family has. What is not there, or not finished, takes the long way and is explained.
    private ModelId? Named(ModelName name, Selector selector, CancellationToken cancellation)
    {
        if (selector is not ExactSelector exact) return null;
        registry.Families.CheckOut(name, cancellation);
        var id = new ModelId(name, exact.Version);
        var path = registry.Layout.Manifest(id);
        return File.Exists(path) && !registry.PendingWrites.Hidden(cancellation).Contains(registry.Layout.Relative(path)) ? id : null;
    }

    public Family GetFamily(ModelName name, CancellationToken cancellation)
    {
        if (registry.Families.TryRead(name, cancellation) is { } family && (family.Versions.Count > 0 || family.Broken.Count > 0)) return family;
        var near = NearNames.Of(name.Value, registry.Families.Names(cancellation).Select(n => n.Value));
        throw Codes.ModelNotFound.Error(
            $"{registry.Layout.Root} has no model '{name}'",
            near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : "'modelreg list' shows what it has");
    }

    public VersionSummary Choose(Family family, Selector selector, bool includePrerelease, bool includeUnverified = false)
    {
        var needsVerified = !includeUnverified && registry.Settings.Policies?.RequireVerified == true && selector is (LatestSelector or BestSelector);
        if (needsVerified) return new Selection(family, includePrerelease, v => IsVerified(family, v)).Choose(selector);
        return family.Answers.GetOrAdd((selector.Text, includePrerelease), _ => new Selection(family, includePrerelease, isVerified: null).Choose(selector));
    }

    public bool IsVerified(Family family, VersionSummary version)
    {
        if (!family.WithVerification.Contains(version.Version.Value)) return false;
        var id = new ModelId(family.Name, version.Version);
        return ReadVerification(id)?.Covers(registry.ReadManifest(id)) == true;
    }

    public YankRecord? ReadYank(ModelId id) => ReadOptional<YankRecord>(id, registry.Layout.Yank(id));

    public VerificationRecord? ReadVerification(ModelId id) => ReadOptional<VerificationRecord>(id, registry.Layout.Verification(id));

    public static string YankMessage(ModelId id, YankRecord yank) =>
        $"{id} is yanked{(yank.Reason is null ? "" : $": {Printable.Quote(yank.Reason)}")}{(yank.Replacement is null ? "" : $"; use {yank.Replacement} instead")}";

    private T? ReadOptional<T>(ModelId id, string path)
        where T : class
    {
        registry.Families.CheckOut(id.Name);
        return File.Exists(path) ? RegistryDocument.Read<T>(path, Codes.SettingsInvalid) : null;
    }
}
