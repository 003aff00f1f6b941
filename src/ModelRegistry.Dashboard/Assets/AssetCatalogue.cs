using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace ModelRegistry.Dashboard.Assets;

/// <summary>The style sheet, scripts and drawings, from the assembly's resources. All stand in one folder named after the content of all.</summary>
public sealed class AssetCatalogue
{
    private const string Prefix = "assets/";

    public AssetCatalogue()
    {
        var assembly = typeof(AssetCatalogue).Assembly;
        Files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return new Asset(name[Prefix.Length..], content);
            })
            .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var asset in Files.Values.OrderBy(a => a.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(asset.Name));
            hash.AppendData(asset.Content);
        }

        Folder = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    /// <summary>The folder's name: changes with any of the content.</summary>
    public string Folder { get; }

    public FrozenDictionary<string, Asset> Files { get; }
}

/// <summary>One asset, compressed when it is first asked for.</summary>
public sealed class Asset(string name, byte[] content)
{
    private readonly Lazy<byte[]> _brotli = new(() => Compress(content, static stream => new BrotliStream(stream, CompressionLevel.SmallestSize)));
    private readonly Lazy<byte[]> _gzip = new(() => Compress(content, static stream => new GZipStream(stream, CompressionLevel.SmallestSize)));

    public string Name => name;

    public byte[] Content => content;

    public byte[] Brotli => _brotli.Value;

    public byte[] Gzip => _gzip.Value;

    public string ContentType => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
    {
        var buffer = new MemoryStream();
        using (var stream = open(buffer)) stream.Write(content);
        return buffer.ToArray();
    }
}
