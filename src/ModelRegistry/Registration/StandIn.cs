using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>Recognises what stands in the place of a file that did not arrive: a Git LFS pointer, a web page with an error.</summary>
internal static class StandIn
{
    private const int Looked = 512;

    /// <exception cref="ModelRegistryException">MR0122.</exception>
    public static void Refuse(string path)
    {
        try
        {
            if (GitLfs.IsPointer(path, new FileInfo(path).Length))
                throw Codes.StandInFile.Error($"{path} is a Git LFS pointer, not the file itself", "run 'git lfs pull' where it stands, then register it again");
            if (Path.GetExtension(path).ToLowerInvariant() is not (".html" or ".htm" or ".xml" or ".svg" or ".md" or ".txt") && IsWebPage(path))
                throw Codes.StandInFile.Error($"{path} is a web page, not a model", "the download gave an error page or a sign-in; fetch the file itself");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.SourceUnreadable.Error($"cannot read {path}: {failure.Message}", "check the permissions of the file", failure);
        }
    }

    private static bool IsWebPage(string path)
    {
        Span<byte> start = stackalloc byte[Looked];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var text = Encoding.Latin1.GetString(start[..file.ReadAtLeast(start, Looked, throwOnEndOfStream: false)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\r', '\n', '\t');
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }
}
