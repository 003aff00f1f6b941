using System.Text;

namespace ModelRegistry.Weights.Zip;

/// <summary>Names of zip records that mean one thing on every platform. Nothing is extracted, but others extract.</summary>
internal static class ZipEntryName
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads and checks a name.</summary>
    /// <param name="bytes">As it stands in the archive.</param>
    /// <param name="where">The archive, for messages.</param>
    /// <param name="windows">Backslashes divide folders, as programs on Windows wrote them against the format's rule.</param>
    internal static string Read(ReadOnlySpan<byte> bytes, string where, bool windows = false)
    {
        string name;
        try
        {
            name = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Bad(Encoding.Latin1.GetString(bytes), "is not UTF-8", where);
        }

        name = windows ? name.Replace('\\', '/') : name;
        var reason = name switch
        {
            "" => "is empty",
            _ when name.Contains('\0') => "contains NUL",
            _ when name.Contains('\\') => "contains a backslash",
            _ when name.StartsWith('/') => "is absolute",
            _ when name.Contains(':') => "names a drive or a stream",
            _ when HasDots(name) => "contains '.', '..' or an empty step",
            _ => null,
        };
        return reason is null ? name : throw Bad(name, reason, where);
    }

    internal static WeightsFormatException Bad(string name, string reason, string where) =>
        new(WeightsCodes.EntryName, $"the name of record {Display.Quote(name)} {reason}", where, "do not extract this archive");

    // An empty part, one dot or two between slashes; a name that ends in one is a folder's.
    private static bool HasDots(string name)
    {
        var parts = name.EndsWith('/') ? $"/{name}" : $"/{name}/";
        return parts.Contains("//", StringComparison.Ordinal) || parts.Contains("/./", StringComparison.Ordinal) || parts.Contains("/../", StringComparison.Ordinal);
    }
}
