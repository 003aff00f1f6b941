namespace ModelRegistry.Families;

/// <summary>When the folders of a family last changed. Equal states mean equal content, unless one is so young that a change could share its tick.</summary>
internal sealed record FolderState(long Versions, long Yanks, long Aliases, long Verifications, long Family, long SeenAt)
{
    // FAT keeps times to two seconds, some others to one. Where a time has a fraction the file system ticks with the kernel, every 10 ms at the latest.
    private static readonly long Settled = TimeSpan.FromSeconds(2).Ticks, SettledWhereFine = TimeSpan.FromMilliseconds(100).Ticks;

    public static FolderState Of(RegistryLayout layout, ModelName name, TimeProvider clock)
    {
        static long Time(string path) => File.GetLastWriteTimeUtc(path).Ticks;
        return new FolderState(
            Time(layout.Versions(name)), Time(layout.Yanks(name)), Time(layout.Aliases(name)), Time(layout.Verifications(name)),
            Time(layout.FamilyFile(name)), clock.GetUtcNow().UtcTicks);
    }

    public bool StillHolds(FolderState now) =>
        this with { SeenAt = 0 } == now with { SeenAt = 0 }
        && IsSettled(Versions) && IsSettled(Yanks) && IsSettled(Aliases) && IsSettled(Verifications) && IsSettled(Family);

    // A younger state is not trusted.
    private bool IsSettled(long time) => SeenAt - time > (time % TimeSpan.TicksPerSecond == 0 ? Settled : SettledWhereFine);
}
