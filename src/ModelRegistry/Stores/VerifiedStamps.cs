using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelRegistry.Stores;

/// <summary>
/// Remembers which blobs have been hashed and found right, so that a resolve does not hash a gigabyte each time.
/// A stamp holds the blob's length and time of last change: any ordinary write makes it void. <c>doctor</c> never relies on it.
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
            return File.Exists(stamp) && File.ReadAllText(stamp) == State(blob);
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
            Directory.CreateDirectory(_folder);
            var stamp = StampPath(blob);
            var temporary = stamp + "." + Path.GetRandomFileName();
            File.WriteAllText(temporary, State(blob));
            File.Move(temporary, stamp, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without a stamp the blob is hashed again next time.
        }
    }

    private string StampPath(string blob) =>
        Path.Combine(_folder!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(blob))).AsSpan(0, 16)));

    private static string State(string blob)
    {
        var info = new FileInfo(blob);
        return string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {Path.GetFullPath(blob)}");
    }
}
