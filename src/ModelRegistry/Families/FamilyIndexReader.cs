using System.Collections.Concurrent;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Families;

/// <summary>
/// Keeps the index of each family for as long as <see cref="FamilyReader"/> keeps the family. When it has to be read again, only the
/// files whose time or length changed are.
/// </summary>
internal sealed class FamilyIndexReader(RegistryContext registry, Func<Family, FamilyOverview> overview)
{
    private const int ParallelFrom = 128;

    private readonly ConcurrentDictionary<ModelName, Cached> _cache = new();

    private sealed record Cached(FamilyIndex Index, IReadOnlyDictionary<string, Entry> Entries);

    private sealed record Entry(IndexedVersion Version, Stamp Manifest, Stamp Yank, Stamp Verification);

    private readonly record struct Stamp(long Time, long Length)
    {
        // A file that is younger than this when it is read could change again within the same tick.
        private static readonly long Settled = TimeSpan.FromSeconds(2).Ticks;

        public static Stamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new Stamp(file.LastWriteTimeUtc.Ticks, file.Length) : default;
        }

        public bool StillHolds(Stamp now, long readAt) => this == now && readAt - Time > Settled;
    }

    /// <summary>The index of a family; null where there is none.</summary>
    public FamilyIndex? TryRead(ModelName name, CancellationToken cancellation) => TryRead(name, null, cancellation);

    /// <summary>The index of every family, in order of name.</summary>
    public IReadOnlyList<IndexedFamily> ReadAll(CancellationToken cancellation)
    {
        registry.Families.CheckOutAll(cancellation);
        var names = registry.Families.Candidates(cancellation).ToArray();
        var hidden = registry.Families.Hidden(cancellation);
        var indexes = new IndexedFamily?[names.Length];
        SideBySide.Run(names.Length, Environment.ProcessorCount, i =>
        {
            try
            {
                if (TryRead(names[i], hidden, cancellation) is { } index && (index.Versions.Count > 0 || index.Broken.Count > 0)) indexes[i] = new IndexedFamily(names[i], index, null);
            }
            catch (ModelRegistryException failure) when (failure.Diagnostic.Kind is ErrorKind.Integrity or ErrorKind.Store)
            {
                indexes[i] = new IndexedFamily(names[i], null, failure);
            }
        }, cancellation);
        return [.. indexes.OfType<IndexedFamily>()];
    }

    private FamilyIndex? TryRead(ModelName name, IReadOnlySet<string>? hidden, CancellationToken cancellation)
    {
        if (registry.Families.TryRead(name, hidden, cancellation) is not { } family) return null;
        var before = _cache.GetValueOrDefault(name);
        if (before is not null && ReferenceEquals(before.Index.Family, family)) return before.Index;
        var read = Read(family, before, cancellation);
        _cache[name] = read;
        return read.Index;
    }

    private Cached Read(Family family, Cached? before, CancellationToken cancellation)
    {
        var entries = new Entry?[family.Versions.Count];
        var broken = new ConcurrentBag<ModelRegistryException>();
        var readAt = registry.Options.Clock.GetUtcNow().UtcTicks;
        void ReadOne(int i)
        {
            var id = new ModelId(family.Name, family.Versions[i].Version);
            try
            {
                entries[i] = ReadEntry(id, before?.Entries.GetValueOrDefault(id.Version.Value), readAt, broken);
            }
            catch (ModelRegistryException failure)
            {
                if (File.Exists(registry.Layout.Manifest(id))) broken.Add(failure);
            }
        }

        if (entries.Length < ParallelFrom) for (var i = 0; i < entries.Length; i++) ReadOne(i);
        else Parallel.For(0, entries.Length, new ParallelOptions { CancellationToken = cancellation }, ReadOne);
        var kept = entries.OfType<Entry>().ToList();
        var standing = overview(family);
        return new Cached(
            new FamilyIndex(
                family, [.. kept.Select(e => e.Version)],
                [.. family.Broken.Concat(family.BrokenAliases.Values).Concat(broken).OrderBy(b => b.Message, StringComparer.Ordinal)],
                standing.Latest, standing.Best),
            kept.ToDictionary(e => e.Version.Manifest.Version.Value, StringComparer.Ordinal));
    }

    private Entry ReadEntry(ModelId id, Entry? before, long readAt, ConcurrentBag<ModelRegistryException> broken)
    {
        var manifest = Stamp.Of(registry.Layout.Manifest(id));
        var yank = Stamp.Of(registry.Layout.Yank(id));
        var verification = Stamp.Of(registry.Layout.Verification(id));
        var content = before is not null && before.Manifest.StillHolds(manifest, readAt) ? before.Version.Manifest : registry.ReadManifest(id);
        if (before is not null && ReferenceEquals(content, before.Version.Manifest) && before.Yank.StillHolds(yank, readAt) && before.Verification.StillHolds(verification, readAt)) return before;
        return new Entry(
            new IndexedVersion(content, Optional<YankRecord>(registry.Layout.Yank(id), yank, broken), Optional<VerificationRecord>(registry.Layout.Verification(id), verification, broken)),
            manifest, yank, verification);
    }

    // A yank or a verification that cannot be read does not hide the version that it is about.
    private static T? Optional<T>(string path, Stamp stamp, ConcurrentBag<ModelRegistryException> broken)
        where T : class
    {
        if (stamp == default) return null;
        try
        {
            return RegistryDocument.Read<T>(path, Codes.SettingsInvalid);
        }
        catch (ModelRegistryException failure)
        {
            if (File.Exists(path)) broken.Add(failure);
            return null;
        }
    }
}
