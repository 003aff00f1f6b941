using System.Globalization;
using ModelRegistry.Files;

namespace ModelRegistry.Stores;

/// <summary>
/// Remembers which blobs have been hashed and found right, so that a resolve does not hash a gigabyte each time. A stamp holds the blob's
/// <see cref="FileIdentity"/>, which no copy and no <c>touch</c> can bring back. What leaves the registry and <c>doctor</c> never rely on it.
/// </summary>
internal sealed class VerifiedStamps(string? cacheDirectory)
{
    private readonly string? _folder = cacheDirectory is null ? null : Path.Combine(cacheDirectory, "verified");

    public bool IsMarked(string blob)
    {
        if (_folder is null) return false;
        try
        {
            var stamp = StampPath(blob);
            return File.Exists(stamp) && State(blob) is { } state && File.ReadAllText(stamp) == state;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
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
