using System.Globalization;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// Remembers which blobs have been hashed and found right, so that a resolve does not hash a gigabyte each time. A stamp holds the blob's
/// <see cref="FileIdentity"/>, which no copy and no <c>touch</c> can bring back. What leaves the registry and <c>doctor</c> never rely on it.
/// </summary>
internal sealed class VerifiedStamps(string? cacheDirectory)
{
    private static readonly TimeSpan Coarse = TimeSpan.FromHours(1);

    private readonly string? _folder = cacheDirectory is null ? null : Path.Combine(cacheDirectory, "verified");

    public bool IsMarked(string blob)
    {
        if (_folder is null) return false;
        try
        {
            var stamp = StampPath(blob);
            if (!File.Exists(stamp) || State(blob) is not { } state || File.ReadAllText(stamp) != state) return false;
            NoteUse(stamp);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>When a blob was found right, or asked for, last, to the hour; null where it never was.</summary>
    public DateTimeOffset? LastUse(string blob) =>
        _folder is not null && new FileInfo(StampPath(blob)) is { Exists: true } stamp ? new DateTimeOffset(stamp.LastWriteTimeUtc, TimeSpan.Zero) : null;

    /// <summary>Forgets a blob that is gone.</summary>
    public void Forget(string blob)
    {
        if (_folder is not null && StampPath(blob) is var stamp && File.Exists(stamp)) File.Delete(stamp);
    }

    public void Mark(string blob)
    {
        if (_folder is null) return;
        try
        {
            if (State(blob) is not { } state) return;
            Directory.CreateDirectory(_folder);
            var stamp = StampPath(blob);
            var temporary = stamp + "." + Path.GetRandomFileName();
            File.WriteAllText(temporary, state);
            File.Move(temporary, stamp, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without a stamp the blob is hashed again next time.
        }
    }

    // The stamp's own time says when its blob was used: the blob's must not change, and few disks keep the time of reading.
    private static void NoteUse(string stamp)
    {
#pragma warning disable RS0030 // The age of a file is by the clock of the machine that keeps it.
        var now = DateTime.UtcNow;
#pragma warning restore RS0030
        if (now - File.GetLastWriteTimeUtc(stamp) > Coarse) File.SetLastWriteTimeUtc(stamp, now);
    }

    // The name only has to spread: the stamp itself says which blob it is about. FNV-1a, because starting the library of
    // cryptographic hashes takes longer than resolving a model.
    private string StampPath(string blob)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in Path.GetFullPath(blob)) hash = unchecked((hash ^ c) * 1099511628211UL);
        return Path.Combine(_folder!, hash.ToString("x16", CultureInfo.InvariantCulture));
    }

    private static string? State(string blob) =>
        FileIdentity.Of(blob) is { } identity
            ? string.Create(CultureInfo.InvariantCulture, $"{identity.Device} {identity.Inode} {identity.Changed} {identity.Length} {Path.GetFullPath(blob)}")
            : null;
}
