using System.Text;

namespace ModelRegistry.Stores;

/// <summary>Recognises the small text that Git LFS leaves in place of a file (git-lfs, docs/spec.md: under 1024 bytes, version line first).</summary>
internal static class GitLfs
{
    private const int MaxPointerLength = 1024;

    public static bool IsPointer(string path, long length)
    {
        if (length is < 20 or > MaxPointerLength) return false;
        return Encoding.ASCII.GetString(File.ReadAllBytes(path)).StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal);
    }

    /// <summary>The digest of the content that a pointer stands for; null where it is none.</summary>
    public static string? DigestIn(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxPointerLength || !content.StartsWith("version https://git-lfs.github.com/spec/"u8)) return null;
        return Encoding.ASCII.GetString(content).Split('\n').FirstOrDefault(line => line.StartsWith("oid ", StringComparison.Ordinal))?["oid ".Length..];
    }
}
