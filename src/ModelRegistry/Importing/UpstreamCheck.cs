using ModelRegistry.Diagnostics;

namespace ModelRegistry.Importing;

/// <summary>Asks the places that models were imported from what they have now. Nothing is fetched but that answer.</summary>
internal sealed class UpstreamCheck(RegistryContext registry)
{
    private const int AtOnce = 8;

    public IReadOnlyList<OutdatedModel> Check(IEnumerable<ModelName> names, CancellationToken cancellation)
    {
        if (registry.Options.Offline) throw Codes.NotOnThisMachine.Error("what is elsewhere cannot be asked offline", "leave MODELREG_OFFLINE out");
        var imported = names.SelectMany(Newest).ToArray();
        var answers = new OutdatedModel[imported.Length];
        Parallel.ForAsync(0, imported.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (i, stop) =>
        {
            answers[i] = await AskAsync(imported[i].Id, imported[i].Origin, stop).ConfigureAwait(false);
        }).GetAwaiter().GetResult();
        return answers;
    }

    // The newest version from each address; one that is yanked was given up.
    private IEnumerable<(ModelId Id, Origin Origin)> Newest(ModelName name)
    {
        if (registry.Families.TryRead(name) is not { } family) return [];
        return family.Versions.Where(version => !family.IsYanked(version.Version))
            .Select(version => registry.ReadManifest(new ModelId(name, version.Version)))
            .Where(manifest => manifest.Lineage?.Origin is not null)
            .GroupBy(manifest => manifest.Lineage!.Origin!.Url, StringComparer.Ordinal)
            .Select(group => group.MaxBy(manifest => manifest.CreatedAt)!)
            .Select(manifest => (manifest.Id, manifest.Lineage!.Origin!));
    }

    private async Task<OutdatedModel> AskAsync(ModelId id, Origin origin, CancellationToken cancellation)
    {
        try
        {
            var address = OriginAddress.Parse(origin.Url);
            // A commit that was asked for by name stays what it is.
            if (address.IsPinned) return new OutdatedModel(id, origin, origin.Revision, null);
            if (address.Image is { } image) return new OutdatedModel(id, origin, (await new ImageRepository(image, registry.Options, registry.Settings.Stores, isChosen: false).ResolveAsync(cancellation).ConfigureAwait(false)).Value, null);
            return new OutdatedModel(id, origin, address.Repository is null ? await EtagAsync(address.File!, cancellation).ConfigureAwait(false) : (await new HubRepository(address.Repository, registry.Options).ReadAsync(address.Revision, cancellation).ConfigureAwait(false)).Commit, null);
        }
        catch (ModelRegistryException failure)
        {
            return new OutdatedModel(id, origin, null, failure.Message);
        }
    }

    private async Task<string> EtagAsync(Uri file, CancellationToken cancellation)
    {
        // The address is the registry's, which may come from anybody: the user's token is not for it.
        var told = await new WebFile(file, registry.Options).AskAsync(cancellation).ConfigureAwait(false) ?? throw Codes.OriginNotFound.Error("it is not there any more", "look for where it went");
        return told.Etag ?? throw Codes.OriginAnswerWrong.Error("the server does not say what it has (no ETag)", "look at the address by hand");
    }
}
