using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;

namespace ModelRegistry.Files;

/// <summary>A file to place.</summary>
/// <param name="Path">Where, inside the folder.</param>
/// <param name="Digest">What it must hold.</param>
/// <param name="Source">The verified blob.</param>
public sealed record FileToPlace(RelativeFilePath Path, Digest Digest, string Source);

/// <summary>How files are placed.</summary>
internal sealed record PlaceOptions
{
    /// <summary>How a file gets there.</summary>
    public MaterialiseMode Mode { get; init; } = MaterialiseMode.Copy;

    /// <summary>Whose files these are; each owner keeps a record of its own in the folder. Null for the folder's only owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Refuse to overwrite what somebody else put there or changed. A folder of a build is the build's.</summary>
    public bool KeepOthers { get; init; }

    /// <summary>Whether something placed before, at a path that is not asked for now, still belongs there with this digest.</summary>
    public Func<string, Digest, bool> StillWanted { get; init; } = static (_, _) => false;

    /// <summary>The clock that times of change come from; null to leave them to the file system.</summary>
    public TimeProvider? Clock { get; init; }
}

/// <summary>
/// A folder of files of a model. A record beside them says what was placed, so that what is not wanted any more goes and what others put
/// there stays. For tools that compare times of change, a file is written anew, with the present time, whenever its digest changes, to an
/// older version too, and left alone otherwise.
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
    /// <exception cref="ModelRegistryException">MR0302: a blob was altered; MR0309: the folder cannot be written; MR0310: the disk is full.</exception>
    public static IReadOnlyList<string> Update(string folder, IReadOnlyCollection<FileToPlace> files, TimeProvider clock, CancellationToken cancellation = default) =>
        Update(folder, files, new PlaceOptions { Clock = clock }, cancellation);

    /// <summary>The files that a folder holds beside the models: they belong to the folder and go with it.</summary>
    public static string RecordPath(string folder) => RecordPath(folder, owner: null);

    /// <exception cref="ModelRegistryException">MR0240: something else stands at a path; and those of the public one.</exception>
    internal static IReadOnlyList<string> Update(string folder, IReadOnlyCollection<FileToPlace> files, PlaceOptions options, CancellationToken cancellation)
    {
        var recordPath = RecordPath(folder, options.Owner);
        return AtomicFile.Guard(Codes.DestinationUnwritable, folder, () =>
        {
            Directory.CreateDirectory(folder);
            var before = ReadRecord(recordPath);
            var wanted = files.Select(f => (File: f, Path: f.Path.Under(folder))).ToList();
            foreach (var (file, path) in wanted) Refuse(file, path, folder, before, options, cancellation);
            var asked = files.Select(file => file.Path.Value).ToHashSet(StringComparer.Ordinal);
            var leaving = before.Where(b => !asked.Contains(b.Key)).Select(b => Leaving.Of(folder, b.Key, b.Value)).OfType<Leaving>().Where(gone => File.Exists(gone.Path)).ToList();
            if (options.KeepOthers && leaving.FirstOrDefault(gone => !options.StillWanted(gone.Name, gone.Digest) && !gone.IsAsPlaced(cancellation)) is { } changed)
                throw Codes.PlacedFileChanged.Error($"{changed.Path} was changed after it was placed, and this version has no such file", "move it away, choose another folder, or remove it with --force");

            var after = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (file, path) in wanted)
            {
                cancellation.ThrowIfCancellationRequested();
                if (before.GetValueOrDefault(file.Path.Value) is not { } recorded || recorded != State(path, file.Digest)) Place(file, path, options, cancellation);
                after[file.Path.Value] = State(path, file.Digest)!;
            }

            foreach (var gone in leaving)
            {
                if (!options.StillWanted(gone.Name, gone.Digest)) RemoveWithFolders(gone.Path, folder);
                else if (State(gone.Path, gone.Digest) == gone.State) after[gone.Name] = gone.State;
            }

            if (!after.SequenceEqual(before.OrderBy(b => b.Key, StringComparer.Ordinal)))
                AtomicFile.Replace(recordPath, System.Text.Encoding.UTF8.GetBytes(string.Concat(after.Select(a => $"{a.Value} {a.Key}\n"))));
            return (IReadOnlyList<string>)[.. wanted.Select(w => w.Path)];
        });
    }

    /// <summary>Something that was placed before and is not asked for now.</summary>
    private sealed record Leaving(string Name, string Path, Digest Digest, string State)
    {
        public static Leaving? Of(string folder, string name, string state) =>
            RelativeFilePath.TryParse(name, out var relative) && Digest.TryParse(state.Split(' ')[0], out var digest) ? new Leaving(name, relative.Under(folder), digest, state) : null;

        public bool IsAsPlaced(CancellationToken cancellation)
        {
            if (State == PlacedFolder.State(Path, Digest)) return true;
            using var reading = SourceFile.OpenAny(Path);
            return HashingCopy.Hash(reading, progress: null, cancellation) == Digest;
        }
    }

    // All of them before the first is written: a conflict leaves the folder as it was.
    private static void Refuse(FileToPlace file, string path, string folder, Dictionary<string, string> before, PlaceOptions options, CancellationToken cancellation)
    {
        if (Directory.Exists(path)) throw Codes.DestinationUnwritable.Error($"{path} is a directory", "delete it, or choose another destination");
        for (var above = Path.GetDirectoryName(path)!; above.Length > folder.Length; above = Path.GetDirectoryName(above)!)
        {
            if (new DirectoryInfo(above).LinkTarget is { } target) throw Codes.DestinationUnwritable.Error($"{above} is a link to {target}", "delete it, or choose another destination");
        }

        if (!options.KeepOthers || !File.Exists(path)) return;
        if (before.GetValueOrDefault(file.Path.Value) is { } recorded && Digest.TryParse(recorded.Split(' ')[0], out var placed) && State(path, placed) == recorded) return;
        // Only touched, or put there by hand: what holds the same bytes as before or as asked for is nobody's loss.
        using var reading = SourceFile.OpenAny(path);
        var found = HashingCopy.Hash(reading, progress: null, cancellation);
        if (found == file.Digest || before.GetValueOrDefault(file.Path.Value)?.StartsWith(found.Value + " ", StringComparison.Ordinal) == true) return;
        throw Codes.PlacedFileChanged.Error(
            before.ContainsKey(file.Path.Value) ? $"{path} was changed after it was placed" : $"{path} exists and was not placed by this model",
            "move it away, choose another folder, or overwrite it with --force");
    }

    private static void Place(FileToPlace file, string path, PlaceOptions options, CancellationToken cancellation)
    {
        var info = new FileInfo(path);
        var now = options.Clock?.GetUtcNow().UtcDateTime;
        // A copy made of the file before has its time; the new one must be later for those who compare.
        var later = info.Exists && info.LastWriteTimeUtc >= now ? info.LastWriteTimeUtc.AddMilliseconds(10) : now;
        var done = Materialise.Place(file.Source, path, options.Mode, file.Digest, cancellation);
        if (later is not null && done != MaterialiseMode.HardLink) File.SetLastWriteTimeUtc(path, later.Value);
    }

    private static void RemoveWithFolders(string path, string folder)
    {
        Materialise.Remove(path);
        for (var above = Path.GetDirectoryName(path)!; above.Length > folder.Length && !Directory.EnumerateFileSystemEntries(above).Any(); above = Path.GetDirectoryName(above)!) Directory.Delete(above);
    }

    private static string RecordPath(string folder, string? owner) => Path.Combine(folder, owner is null ? RecordName : $".{owner}{RecordName}");

    private static string? State(string path, Digest digest)
    {
        var info = new FileInfo(path);
        return info.Exists ? string.Create(CultureInfo.InvariantCulture, $"{digest} {info.Length} {info.LastWriteTimeUtc.Ticks}") : null;
    }

    // One line a file: digest, length, time of change, path.
    private static Dictionary<string, string> ReadRecord(string path)
    {
        var record = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return record;
        foreach (var parts in File.ReadAllLines(path).Select(line => line.Split(' ', 4)).Where(parts => parts.Length == 4)) record.TryAdd(parts[3], string.Join(' ', parts[..3]));
        return record;
    }
}
