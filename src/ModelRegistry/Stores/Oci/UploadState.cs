using System.Globalization;
using System.Text;
using ModelRegistry.Files;

namespace ModelRegistry.Stores.Oci;

/// <summary>How far an upload has come, kept in the cache for a process that comes after this one.</summary>
internal sealed class UploadState(string? cacheDirectory, Uri uploads, Digest digest)
{
    private readonly string? _path = cacheDirectory is null ? null
        : Path.Combine(cacheDirectory, "uploads", Digest.Of(Encoding.UTF8.GetBytes($"{uploads} {digest}")).Hex);

    public (Uri At, long Done)? Read()
    {
        try
        {
            return _path is not null && File.Exists(_path) && File.ReadAllLines(_path) is [var at, var done]
                && Uri.TryCreate(at, UriKind.Absolute, out var address) && long.TryParse(done, CultureInfo.InvariantCulture, out var count) && count > 0
                ? (address, count) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Without it a later process begins again; that is no reason to fail.
    public void Write(Uri at, long done) => Try(() => AtomicFile.Replace(_path!, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.AbsoluteUri}\n{done}\n"))));

    public void Delete() => Try(() => File.Delete(_path!));

    private void Try(Action change)
    {
        if (_path is null) return;
        try
        {
            change();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As said.
        }
    }
}
