using System.Collections.Concurrent;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Pushing;

namespace ModelRegistry.Health.Checks;

/// <summary>Compares what the stores that are not folders have with what the registry says: the image of each tag, or the length of each blob. No content is fetched.</summary>
internal static class RemoteStores
{
    private const int AtOnce = 4;

    public static IEnumerable<DoctorFinding> Run(DoctorScope scope)
    {
        var registry = scope.Registry;
        var stores = registry.AllStores.Named.Where(store => store is not FolderStore).ToList();
        if (stores.Count == 0)
            return [scope.Found(Codes.NothingToPushTo, DoctorSeverity.Info, "registry.json names no store to compare with", registry.Layout.Settings, null)];
        if (registry.Options.Offline)
            return [scope.Found(Codes.StoreUnreachable, DoctorSeverity.Warning, "stores were not compared: MODELREG_OFFLINE is set", registry.Layout.Settings, "run it again without that")];
        return stores.SelectMany(store => Compare(scope, store));
    }

    private static List<DoctorFinding> Compare(DoctorScope scope, IArtifactStore store)
    {
        scope.Tell($"comparing with {store.Name}");
        var pusher = new Pusher(scope.Registry);
        var found = new ConcurrentBag<PushedVersion>();
        ModelRegistryException? failed = null;
        Parallel.ForEach(scope.Manifests.Where(manifest => manifest.Lineage?.Origin is not { Remote: true }), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = scope.Cancellation }, (manifest, loop) =>
        {
            try
            {
                var version = pusher.PushAsync(store, scope.Registry.ReadResolved(manifest.Id), check: true, scope.Cancellation).GetAwaiter().GetResult();
                if (version.Problem is not null) found.Add(version);
            }
            catch (ModelRegistryException failure)
            {
                // A store that cannot be asked about one version will hardly answer about the next.
                Interlocked.CompareExchange(ref failed, failure, null);
                loop.Stop();
            }
        });
        var findings = found.OrderBy(version => version.Id.Name).ThenBy(version => version.Id.Version).Select(version => Finding(scope, store, version)).ToList();
        if (failed is not null) findings.Add(scope.Found(failed.Diagnostic, DoctorSeverity.Warning, $"{store.Name} was not compared: {failed.Message}", store.Place, failed.Hint));
        return findings;
    }

    private static DoctorFinding Finding(DoctorScope scope, IArtifactStore store, PushedVersion version) => version.State == PushState.Different
        ? scope.Found(Codes.TagTaken, DoctorSeverity.Error, $"{version.Problem}, {version.Image}", store.Place, "compare it before anything is replaced: somebody registered another version under this number, or wrote the tag by hand")
        : scope.Found(Codes.NotAtStore, DoctorSeverity.Warning, version.Problem!, store.Place, $"run 'modelreg push {version.Id} --store {store.Name}'");
}
