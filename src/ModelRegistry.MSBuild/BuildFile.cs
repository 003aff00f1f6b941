using System.Text;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>Writes files of the intermediate directory, whole or not at all.</summary>
internal static class BuildFile
{
    /// <summary>A file that says the same is left alone, so that nothing after it runs again.</summary>
    public static void ReplaceIfDifferent(string path, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) Replace(path, bytes);
    }

    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + "." + Path.GetRandomFileName();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.DestinationUnwritable.Error($"cannot write {path}: {failure.Message}", "check the permissions of the intermediate folder", failure);
        }
    }
}
