using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>Writes files of the intermediate directory, whole or not at all.</summary>
internal static class BuildFile
{
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
