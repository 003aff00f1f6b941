using System.Globalization;
using ModelRegistry.Names;

namespace ModelRegistry.Signing;

/// <summary>One file, or one range of a file, that a signature covers.</summary>
/// <param name="Path">The file's path inside the model, with <c>/</c>.</param>
/// <param name="Digest">SHA-256 of the file or the range.</param>
internal sealed record SignedResource(string Path, Digest Digest)
{
    /// <summary>How old bundles name a model that is one file.</summary>
    public const string Itself = ".";

    /// <summary>The range of bytes; null for the whole file.</summary>
    public (long Start, long End)? Range { get; init; }

    /// <summary>How a statement writes it: the path, and for a shard its range as <c>:start:end</c>.</summary>
    public string Name => Range is { } range ? string.Create(CultureInfo.InvariantCulture, $"{Path}:{range.Start}:{range.End}") : Path;

    public static SignedResource Read(string name, string digest, bool isShard)
    {
        if (!Digest.TryParse("sha256:" + digest, out var parsed)) throw new FormatException($"the digest of '{Printable.Quote(name)}' is not a SHA-256 in hex");
        if (!isShard) return new SignedResource(name == Itself ? name : CheckPath(name), parsed);
        // A name may hold colons itself; the range is what the last two of them set apart.
        var end = name.LastIndexOf(':');
        var start = end > 0 ? name.LastIndexOf(':', end - 1) : -1;
        if (start < 1 || !Offset(name[(start + 1)..end], out var from) || !Offset(name[(end + 1)..], out var to) || to <= from)
            throw new FormatException($"'{Printable.Quote(name)}' names no range of a file");
        return new SignedResource(CheckPath(name[..start]), parsed) { Range = (from, to) };
    }

    /// <summary>A path that cannot leave the model's folder.</summary>
    public static string CheckPath(string path)
    {
        if (path.Length is 0 or > SigningLimits.MaxNameLength || path.Contains('\0') || path.Split('/').Any(segment => segment is "" or "." or ".."))
            throw new FormatException($"'{Printable.Quote(path)}' is not a path inside a model");
        return path;
    }

    private static bool Offset(string text, out long offset) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset);
}
