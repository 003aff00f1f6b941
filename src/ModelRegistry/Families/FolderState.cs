using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Families;

/// <summary>When the folders of a family last changed. Equal states mean equal content, unless one is so young that a change could share its tick.</summary>
internal sealed record FolderState(long Folder, long Versions, long Yanks, long Aliases, long Verifications, long Family, long SeenAt)
{
    // FAT keeps times to two seconds, some others to one. Where a time has a fraction the file system ticks with the kernel, every 10 ms at the latest.
    private static readonly long Settled = TimeSpan.FromSeconds(2).Ticks, SettledWhereFine = TimeSpan.FromMilliseconds(100).Ticks;

    // What the system says of a path that is not there.
    private static readonly long Missing = DateTime.FromFileTimeUtc(0).Ticks;

    /// <summary>The JSON files of a folder; none where there was no folder when its time was taken.</summary>
    public static IReadOnlyList<string> Files(string folder, long time) => time == Missing ? [] : FolderFiles.Named(folder, "*.json");

    /// <summary>Looks at each folder once, for its time and for a link in its place.</summary>
    /// <param name="layout">Where the registry is.</param>
    /// <param name="name">The family.</param>
    /// <param name="folder">When the family's own folder last changed.</param>
    /// <param name="before">What was seen before: where nothing was, and the family's folder did not change since, nothing is.</param>
    /// <param name="clock">Tells the time of this look.</param>
    /// <exception cref="ModelRegistryException">MR0225: one of them is a link.</exception>
    public static FolderState Of(RegistryLayout layout, ModelName name, DateTime folder, FolderState? before, TimeProvider clock)
    {
        var nothingNew = before is not null && before.Folder == folder.Ticks && before.IsSettled(before.Folder);
        long Time(string path, long? known)
        {
            if (nothingNew && known == Missing) return Missing;
            var found = new FileInfo(path);
            return SymbolicLinks.Is(found) ? throw SymbolicLinks.Refused(path) : found.LastWriteTimeUtc.Ticks;
        }

        return new FolderState(
            folder.Ticks, Time(layout.Versions(name), before?.Versions), Time(layout.Yanks(name), before?.Yanks), Time(layout.Aliases(name), before?.Aliases), Time(layout.Verifications(name), before?.Verifications),
            Time(layout.FamilyFile(name), before?.Family), clock.GetUtcNow().UtcTicks);
    }

    public bool StillHolds(FolderState now) =>
        this with { SeenAt = 0 } == now with { SeenAt = 0 }
        && IsSettled(Folder) && IsSettled(Versions) && IsSettled(Yanks) && IsSettled(Aliases) && IsSettled(Verifications) && IsSettled(Family);

    // A younger state is not trusted.
    private bool IsSettled(long time) => SeenAt - time > (time % TimeSpan.TicksPerSecond == 0 ? Settled : SettledWhereFine);
}
