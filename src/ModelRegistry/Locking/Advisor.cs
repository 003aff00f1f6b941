using ModelRegistry.Diagnostics;
using ModelRegistry.Resolving;
using ModelRegistry.Selectors;

namespace ModelRegistry.Locking;

/// <summary>Holds a locked version against what the registry says of it today.</summary>
internal sealed class Advisor(Registry registry, CancellationToken cancellation)
{
    /// <exception cref="ModelRegistryException">MR0705: the registry has other content under the locked version.</exception>
    public IEnumerable<Advisory> Examine(ModelRequest request, LockedVersion locked)
    {
        var id = new ModelId(request.Name, locked.Version);
        // What no build on this machine named yet is, as a registry that was never cloned, not at hand without the network.
        if (!registry.Context.Families.IsAtHand(request.Name)) yield break;
        if (TryGetFamily(request.Name) is not { } family || family.Versions.FirstOrDefault(v => v.Version == locked.Version) is not { } summary)
        {
            yield return new Advisory(request, Codes.LockedVersionUnknown, $"{id} is locked but {registry.Layout.Root} does not have it; fetch the registry, or update the lock file with -p:ModelForceEvaluate=true");
            yield break;
        }

        var path = registry.Layout.Manifest(id);
        var manifest = registry.GetManifest(id, cancellation);
        if (manifest.Digest != locked.ManifestDigest)
            throw Codes.LockContradicted.Error($"{path} is not the manifest of {id} that was locked ({locked.ManifestDigest.ToShortString()}…)", "look for an edit of it with 'modelreg doctor', give each registry a lock file of its own, or accept the change with -p:ModelForceEvaluate=true");

        if (registry.GetYank(id) is { } yank) yield return new Advisory(request, Codes.YankedChosen, Resolver.YankMessage(id, yank));
        else if (family.Versions.FirstOrDefault(v => family.IsYanked(v.Version) && v.Weights.Intersect(summary.Weights).Any()) is { } bad)
            yield return new Advisory(request, Codes.KnownBadInUse, $"{id} has the same weights as {request.Name}/{bad.Version}, which is yanked");
        if (registry.GetVerification(id)?.Covers(manifest.Manifest) != true)
            yield return new Advisory(request, Codes.UnverifiedInUse, $"{id} has no verification that passed; run 'modelreg verify {id}'");
        if (manifest.Manifest.License is null && family.Settings.License is null)
            yield return new Advisory(request, Codes.LicenseMissing, $"{id} names no licence; give one with 'modelreg register --license', or for the family in {RegistryLayout.FamilyFileName}");
        if (Moved(request, locked, family) is { } moved) yield return moved;
    }

    /// <summary>What the lock file alone tells.</summary>
    public static IEnumerable<Advisory> ExamineAlone(ModelRequest request, LockedVersion locked)
    {
        var id = new ModelId(request.Name, locked.Version);
        if (request.OnDemand && locked is { Stores.IsEmpty: true, Origin: null })
            yield return new Advisory(request, Codes.OnDemandFromNowhere, $"{id} is to come on demand, and no store of its registry can be reached from another machine; push it to one (docs/stores.md) and build with -p:ModelForceEvaluate=true");
        foreach (var f in locked.Files.Where(f => f.Scan is "dangerous" or "invalid"))
            yield return new Advisory(request, Codes.UnsafeInUse, $"{f.Path} of {id} was found {f.Scan} when it was registered; load it only with a reader that does not execute pickles, or register it as safetensors");
    }

    private Advisory? Moved(ModelRequest request, LockedVersion locked, Family family)
    {
        if (request.Selector.IsExact) return null;
        try
        {
            var now = registry.Choose(family, request.Selector, request.IncludePrerelease).Version;
            if (now == locked.Version) return null;
            const string update = "update the lock file with -p:ModelForceEvaluate=true";
            return request.Selector is AliasSelector
                ? new Advisory(request, Codes.AliasMoved, $"{request.Selector} of {request.Name} points at {now} now, and is locked at {locked.Version}; {update}")
                : new Advisory(request, Codes.NewerAvailable, $"'{request.Selector}' of {request.Name} is {now} now, and is locked at {locked.Version}; {update}");
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.NotFound || family.Broken.Count > 0)
        {
            return request.Selector is AliasSelector ? new Advisory(request, Codes.AliasMoved, $"{failure.Message}; it is locked at {locked.Version}") : null;
        }
    }

    private Family? TryGetFamily(ModelName name)
    {
        try
        {
            return registry.GetFamily(name, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.ModelNotFound)
        {
            return null;
        }
    }
}
