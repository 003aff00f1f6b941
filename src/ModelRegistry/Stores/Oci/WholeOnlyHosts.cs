using System.Text;

namespace ModelRegistry.Stores.Oci;

/// <summary>Whether a registry takes no chunks, remembered in the cache for a month: finding it out costs a session for each blob.</summary>
internal sealed class WholeOnlyHosts(string? cacheDirectory, string host, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly string? _path = cacheDirectory is null ? null : Path.Combine(cacheDirectory, "uploads", "whole", Digest.Of(Encoding.UTF8.GetBytes(host)).Hex);
    private volatile bool _known;

    public bool Contains => _known || (_path is not null && File.Exists(_path) && clock.GetUtcNow() - File.GetLastWriteTimeUtc(_path) < Lifetime);

    public void Add()
    {
        _known = true;
        if (_path is null) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.WriteAllText(_path, host + "\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next process asks again.
        }
    }
}
