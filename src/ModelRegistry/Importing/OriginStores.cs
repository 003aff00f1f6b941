using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;

namespace ModelRegistry.Importing;

/// <summary>The places that versions came from, as stores of their files: of those whose bytes stayed there.</summary>
internal static class OriginStores
{
    /// <summary>The name of such a store in messages.</summary>
    public const string Name = "origin";

    /// <returns>The store; null where the bytes are not to be looked for there.</returns>
    public static IArtifactStore? Of(Origin? origin, IEnumerable<ModelFile> files, RegistryOptions options)
    {
        if (origin is not { Remote: true }) return null;
        try
        {
            var address = OriginAddress.Parse(origin.Url);
            if (address.Image is { } image) return new ImageRepository(image, options, [], isChosen: false);
            var distinct = files.DistinctBy(file => file.Digest);
            // The address stands in the registry, which may come from anybody: a token for web servers is not for it. That for the hub goes to the user's hub alone.
            if (address.Repository is null) return new OriginStore(address.Url, new WebFile(address.File!, options).Transport, distinct.ToDictionary(file => file.Digest, _ => address.File!));
            var hub = new HubRepository(address.Repository, options);
            var commit = OriginAddress.IsCommit(origin.Revision) ? origin.Revision! : throw Codes.OriginInvalid.Error($"{origin.Url} names no commit", "restore the manifest with git");
            return new OriginStore($"{hub.Place}/{address.Repository}@{commit[..12]}", hub.Transport, distinct.ToDictionary(file => file.Digest, file => hub.FileAddress(commit, file.Path)));
        }
        catch (ModelRegistryException refused)
        {
            return new UnusableStore(Name, refused);
        }
    }
}
