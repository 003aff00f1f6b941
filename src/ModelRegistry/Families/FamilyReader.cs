using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Names;
using ModelRegistry.Registration;
using ModelRegistry.Remotes;

namespace ModelRegistry.Families;

/// <summary>Reads families from the disk and keeps them while nothing changed there.</summary>
internal sealed class FamilyReader(RegistryLayout layout, PendingWrites pending, RegistryOptions options, ClonedFamilies? cloned)
{
    private const int ParallelFrom = 128;

    private readonly ConcurrentDictionary<ModelName, Cached> _cache = new();

    private sealed record Cached(Family Family, FolderState State);

    /// <summary>Reads a family; null where there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="hidden">What a reader must not see, as of a moment before; null to look.</param>
    /// <param name="cancellation">Stops it.</param>
    public Family? TryRead(ModelName name, IReadOnlySet<string>? hidden, CancellationToken cancellation)
    {
        CheckOut(name, cancellation);
        // A file system that ignores case would find 'ResNet' under 'resnet'; on Linux the two are different families, so only the exact one counts.
        var folder = new DirectoryInfo(layout.Family(name));
        if (!folder.Exists) return null;
        if (SymbolicLinks.Is(folder)) throw SymbolicLinks.Refused(folder.FullName);
        hidden ??= Hidden(cancellation);
        var cached = _cache.GetValueOrDefault(name);
        var before = FolderState.Of(layout, name, folder.LastWriteTimeUtc, cached?.State, options.Clock);
        if (!Concerns(hidden, name) && cached?.State.StillHolds(before) == true) return cached.Family;
        var (family, isFinal) = Read(name, before, cancellation);
        if (isFinal) _cache[name] = new Cached(family, before);
        else _cache.TryRemove(name, out _);
        return family;
    }

    /// <summary>Reads a family; null where there is none.</summary>
    public Family? TryRead(ModelName name, CancellationToken cancellation = default) => TryRead(name, null, cancellation);

    /// <summary>Files of writes that are not finished. Who writes after this is told changes the folders.</summary>
    public IReadOnlySet<string> Hidden(CancellationToken cancellation) => pending.Hidden(cancellation);

    /// <summary><c>family.json</c>; defaults where there is none.</summary>
    public FamilySettings Settings(ModelName name)
    {
        CheckOut(name);
        return RegistryDocument.ReadOrDefault(layout.FamilyFile(name), new FamilySettings());
    }

    /// <summary>Comes before a file of a family is looked at: in a clone of the cache it may not be checked out yet.</summary>
    public void CheckOut(ModelName name, CancellationToken cancellation = default) => CheckOut([name], cancellation);

    /// <summary>Comes before some families are read, so that they come together.</summary>
    public void CheckOut(IReadOnlyList<ModelName> names, CancellationToken cancellation) => cloned?.CheckOut(names, cancellation);

    /// <summary>Comes before all families are read.</summary>
    public void CheckOutAll(CancellationToken cancellation) => cloned?.CheckOutAll(cancellation);

    /// <summary>Whether the files of a family can be looked at without git and the network: a clone may lack them.</summary>
    public bool IsAtHand(ModelName name) => cloned?.IsAtHand(name) != false;

    /// <summary>Forgets what was read.</summary>
    public void Forget(ModelName name) => _cache.TryRemove(name, out _);

    /// <summary>The names of all families, in order. Directories that cannot be a family's are left to <c>doctor</c>.</summary>
    public IEnumerable<ModelName> Names(CancellationToken cancellation = default) => cloned?.Names(cancellation) ?? Folders().Where(name => Directory.Exists(layout.Versions(name)));

    /// <summary>As <see cref="Names"/>, without a look into each folder: some may hold no family.</summary>
    public IEnumerable<ModelName> Candidates(CancellationToken cancellation) => cloned?.Names(cancellation) ?? Folders();

    private IEnumerable<ModelName> Folders() => Directory.EnumerateDirectories(layout.Root).Select(d => ModelName.TryParse(Path.GetFileName(d), out var name) ? name : null).OfType<ModelName>().Order();

    private bool Concerns(IReadOnlySet<string> hidden, ModelName name)
    {
        if (hidden.Count == 0) return false;
        var below = layout.Relative(layout.Family(name)) + "/";
        return hidden.Any(path => path.StartsWith(below, StringComparison.Ordinal));
    }

    private (Family Family, bool IsFinal) Read(ModelName name, FolderState state, CancellationToken cancellation)
    {
        var files = ManifestFiles(FolderState.Files(layout.Versions(name), state.Versions));
        // Looked at after the list was made: a writer journals before it writes, so what is in the list and unfinished is in a journal by now.
        var hidden = pending.Hidden(cancellation);
        files.RemoveAll(file => hidden.Count > 0 && hidden.Contains(layout.Relative(file.Path)));
        var summaries = new VersionSummary?[files.Count];
        var broken = new ConcurrentDictionary<ModelVersion, ModelRegistryException>();
        void ReadOne(int i)
        {
            try
            {
                summaries[i] = ReadSummary(name, files[i].Version, files[i].Path);
            }
            catch (ModelRegistryException) when (!File.Exists(files[i].Path))
            {
                // Its registration was taken back since the list was made.
            }
            catch (ModelRegistryException failure)
            {
                broken[files[i].Version] = failure;
            }
        }

        if (files.Count < ParallelFrom) for (var i = 0; i < files.Count; i++) ReadOne(i);
        else Parallel.ForEach(Partitioner.Create(0, files.Count), new ParallelOptions { CancellationToken = cancellation }, range =>
        {
            for (var i = range.Item1; i < range.Item2; i++) ReadOne(i);
        });

        var (aliases, brokenAliases) = Aliases(FolderState.Files(layout.Aliases(name), state.Aliases));
        var versions = summaries.OfType<VersionSummary>().ToArray();
        Array.Sort(versions, static (a, b) => b.Version.CompareTo(a.Version));
        var family = new Family(
            name, Settings(name), versions,
            broken, Stems(FolderState.Files(layout.Yanks(name), state.Yanks)), Stems(FolderState.Files(layout.Verifications(name), state.Verifications)), aliases, brokenAliases);
        return (family, !Concerns(hidden, name));
    }

    private static List<(ModelVersion Version, string Path)> ManifestFiles(IReadOnlyList<string> paths)
    {
        var files = new List<(ModelVersion, string)>(paths.Count);
        foreach (var path in paths)
        {
            var stem = Path.GetFileNameWithoutExtension(path);
            if (ModelVersion.TryParse(stem, out var version) && version.Value == stem) files.Add((version, path));
        }

        return files;
    }

    private static VersionSummary ReadSummary(ModelName name, ModelVersion version, string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            var json = RegistryDocument.WithoutMark(RegistryDocument.ReadAll(path, ref buffer));
            var (summary, statedName) = SummaryReader.Read(json, version);
            if (statedName != name.Value || summary.Version != version)
                throw Codes.ManifestMismatch.Error($"{path} says that it is {Printable.Quote(statedName ?? "?")}/{summary.Version}", "restore the file with git, or run 'modelreg doctor'");
            return summary;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw RegistryDocument.Invalid(Codes.ManifestInvalid, path, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.ManifestInvalid.Error($"cannot read {path}: {failure.Message}", "check the permissions of the registry", failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FrozenSet<string> Stems(IReadOnlyList<string> files) =>
        files.Count > 0
            ? files.Select(f => Path.GetFileNameWithoutExtension(f)!).ToFrozenSet(StringComparer.Ordinal)
            : FrozenSet<string>.Empty;

    private static (Dictionary<string, AliasRecord> Aliases, Dictionary<string, ModelRegistryException> Broken) Aliases(IReadOnlyList<string> paths)
    {
        var (aliases, broken) = (new Dictionary<string, AliasRecord>(StringComparer.Ordinal), new Dictionary<string, ModelRegistryException>(StringComparer.Ordinal));
        foreach (var path in paths)
        {
            var alias = Path.GetFileNameWithoutExtension(path);
            if (!ModelName.TryParse(alias, out _)) continue;
            try
            {
                aliases[alias] = RegistryDocument.Read<AliasRecord>(path, Codes.SettingsInvalid);
            }
            catch (ModelRegistryException failure)
            {
                // One that was removed since the list was made is none.
                if (File.Exists(path)) broken[alias] = failure;
            }
        }

        return (aliases, broken);
    }
}
