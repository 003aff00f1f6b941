using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Resolving;

/// <summary>Puts the files of a version into a folder.</summary>
internal static class Materialiser
{
    public static IReadOnlyList<string> Materialise(Resolution resolution, string destination, MaterialiseMode mode, CancellationToken cancellation)
    {
        var placed = new List<string>();
        foreach (var file in resolution.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            if (file.LocalPath is null) throw new InvalidOperationException("the resolution was made without fetching the files");
            var path = file.File.Path.Under(Path.GetFullPath(destination));
            if (Directory.Exists(path)) throw Codes.DestinationUnwritable.Error($"{path} is a directory", "choose another destination");
            AtomicFile.Guard(Codes.DestinationUnwritable, path, () => Files.Materialise.Place(file.LocalPath, path, mode));
            placed.Add(path);
        }

        return placed;
    }
}
