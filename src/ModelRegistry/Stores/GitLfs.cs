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
}
