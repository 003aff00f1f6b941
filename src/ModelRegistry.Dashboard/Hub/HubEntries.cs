using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelRegistry.Dashboard.Hub;

/// <summary>Files and folders of a version in the form in which a hub lists them.</summary>
internal static class HubEntries
{
    /// <summary>The entries below a folder, in order of path.</summary>
    /// <param name="manifest">The version.</param>
    /// <param name="folder">The folder; empty for the root.</param>
    /// <param name="recursive">With all below, or only what lies in it directly.</param>
    /// <returns>The paths; a folder ends with <c>/</c>.</returns>
    public static IReadOnlyList<string> Below(Manifest manifest, string folder, bool recursive)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var files = manifest.Files.Select(file => file.Path.Value).Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var folders = files.SelectMany(path => Folders(path, prefix.Length)).Distinct(StringComparer.Ordinal);
        return [.. files.Concat(folders).Where(path => recursive || path.TrimEnd('/').IndexOf('/', prefix.Length) < 0).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a path is a folder of the version.</summary>
    public static bool IsFolder(Manifest manifest, string path) => manifest.Files.Any(file => file.Path.Value.StartsWith(path + "/", StringComparison.Ordinal));

    public static void Write(Utf8JsonWriter json, Manifest manifest, string path)
    {
        json.WriteStartObject();
        if (path.EndsWith('/'))
        {
            json.WriteString("type", "directory");
            json.WriteString("path", path.TrimEnd('/'));
            json.WriteNumber("size", 0);
            json.WriteString("oid", GitId(path));
        }
        else
        {
            var file = manifest.Files.First(f => f.Path.Value == path);
            var pointer = $"version https://git-lfs.github.com/spec/v1\noid sha256:{file.Digest.Hex}\nsize {file.Size}\n";
            json.WriteString("type", "file");
            json.WriteString("path", path);
            json.WriteNumber("size", file.Size);
            json.WriteString("oid", GitId(pointer));
            json.WriteStartObject("lfs");
            json.WriteString("oid", file.Digest.Hex);
            json.WriteNumber("size", file.Size);
            json.WriteNumber("pointerSize", pointer.Length);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IEnumerable<string> Folders(string path, int from)
    {
        for (var slash = path.IndexOf('/', from); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..(slash + 1)];
    }

    // What git would call a blob of this content: for a file its Git LFS pointer. An identity, not a safeguard.
#pragma warning disable CA5350
    private static string GitId(string content) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"blob {Encoding.UTF8.GetByteCount(content)}\0{content}")));
#pragma warning restore CA5350
}
