using System.Collections.Immutable;
using System.Globalization;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Files;

/// <summary>A file to place.</summary>
/// <param name="Path">Where, inside the folder.</param>
/// <param name="Digest">What it must hold.</param>
/// <param name="Source">The verified blob.</param>
public sealed record FileToPlace(RelativeFilePath Path, Digest Digest, string Source);

/// <summary>
/// A folder of files of a model for tools that compare times of change: a file is written anew, with the present time, whenever its
/// digest changes, to an older version too, and left alone otherwise. What was placed before and is not wanted any more goes.
/// </summary>
public static class PlacedFolder
{
    private const string RecordName = ".placed";

    /// <summary>Brings the folder up to date.</summary>
    /// <param name="folder">The folder; made where it is not there.</param>
    /// <param name="files">What it is to hold.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The paths, in the order of the files.</returns>
    /// <exception cref="ModelRegistryException">MR0309: the folder cannot be written; MR0310: the disk is full.</exception>
    public static IReadOnlyList<string> Update(string folder, IReadOnlyCollection<FileToPlace> files, TimeProvider clock, CancellationToken cancellation = default)
    {
        var recordPath = Path.Combine(folder, RecordName);
        return AtomicFile.Guard(Codes.DestinationUnwritable, folder, () =>
        {
            Directory.CreateDirectory(folder);
            var before = ReadRecord(recordPath);
            var after = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var paths = new List<string>();
            foreach (var file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                var path = file.Path.Under(folder);
                if (Directory.Exists(path)) throw Codes.DestinationUnwritable.Error($"{path} is a directory", "delete it, or choose another destination");
                if (before.GetValueOrDefault(file.Path.Value) is not { } recorded || recorded != State(path, file.Digest)) Place(file.Source, path, clock);
                after[file.Path.Value] = State(path, file.Digest)!;
                paths.Add(path);
            }

            foreach (var (gone, state) in before)
            {
                if (after.ContainsKey(gone) || !RelativeFilePath.TryParse(gone, out var relative)) continue;
                var path = relative.Under(folder);
                if (Digest.TryParse(state.Split(' ')[0], out var digest) && State(path, digest) == state) File.Delete(path);
            }

            if (!after.SequenceEqual(before.OrderBy(b => b.Key, StringComparer.Ordinal)))
                AtomicFile.Replace(recordPath, System.Text.Encoding.UTF8.GetBytes(string.Concat(after.Select(a => $"{a.Value} {a.Key}\n"))));
            return paths;
        });
    }

    /// <summary>The files that a folder holds beside the models: they belong to the folder and go with it.</summary>
    public static string RecordPath(string folder) => Path.Combine(folder, RecordName);

    private static void Place(string source, string path, TimeProvider clock)
    {
        var info = new FileInfo(path);
        var now = clock.GetUtcNow().UtcDateTime;
        // A copy made of the file before has its time; the new one must be later for those who compare.
        var later = info.Exists && info.LastWriteTimeUtc >= now ? info.LastWriteTimeUtc.AddMilliseconds(10) : now;
        Materialise.Place(source, path, MaterialiseMode.Copy);
        File.SetLastWriteTimeUtc(path, later);
    }

    private static string? State(string path, Digest digest)
    {
        var info = new FileInfo(path);
        return info.Exists ? string.Create(CultureInfo.InvariantCulture, $"{digest} {info.Length} {info.LastWriteTimeUtc.Ticks}") : null;
    }

    // One line a file: digest, length, time of change, path.
    private static ImmutableDictionary<string, string> ReadRecord(string path)
    {
        if (!File.Exists(path)) return ImmutableDictionary<string, string>.Empty;
        return File.ReadAllLines(path)
            .Select(line => line.Split(' ', 4))
            .Where(parts => parts.Length == 4)
            .DistinctBy(parts => parts[3], StringComparer.Ordinal)
            .ToImmutableDictionary(parts => parts[3], parts => string.Join(' ', parts[..3]), StringComparer.Ordinal);
    }
}
