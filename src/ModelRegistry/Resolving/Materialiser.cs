using ModelRegistry.Files;

namespace ModelRegistry.Resolving;

/// <summary>Puts the files of a version into a folder of the user's.</summary>
internal static class Materialiser
{
    public static IReadOnlyList<string> Materialise(Resolution resolution, string destination, MaterialiseOptions options, CancellationToken cancellation)
    {
        var files = resolution.Files
            .Select(f => new FileToPlace(f.File.Path, f.File.Digest, f.LocalPath ?? throw new InvalidOperationException("the resolution was made without fetching the files")))
            .ToList();
        // A file of this version that is not asked for now stays as it is; one of another version would be mixed with this one.
        return PlacedFolder.Update(
            Path.GetFullPath(destination), files,
            new PlaceOptions
            {
                Mode = options.Mode,
                Owner = resolution.Id.Name.Value,
                KeepOthers = !options.Force,
                StillWanted = (path, digest) => resolution.Manifest.Files.Any(f => f.Path.Value == path && f.Digest == digest),
            },
            cancellation);
    }
}
