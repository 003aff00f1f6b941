using ModelRegistry.Diagnostics;

namespace ModelRegistry.Tool.Registering;

/// <summary>A small file that an option names.</summary>
internal static class InputFile
{
    /// <summary>The longest file that is read, in bytes.</summary>
    private const int MaxLength = 16 * 1024 * 1024;

    /// <exception cref="ModelRegistryException">MR0110: it is not there, cannot be read, or is too long.</exception>
    public static byte[] Read(string path, string option)
    {
        try
        {
            if (Directory.Exists(path)) throw Codes.InvalidJson.Error($"{path}, named by {option}, is a directory", "name a JSON file");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.CanSeek && stream.Length > MaxLength) throw Codes.InvalidJson.Error($"{path}, named by {option}, is larger than 16 MiB", "name a JSON file with the metadata alone");
            // A pipe has no length; the limit holds for what comes out of it too.
            var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > MaxLength) throw Codes.InvalidJson.Error($"{path}, named by {option}, is larger than 16 MiB", "name a JSON file with the metadata alone");
            }

            return content.ToArray();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Codes.InvalidJson.Error($"{path}, named by {option}, does not exist", "check the path; it is relative to the current directory", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.InvalidJson.Error($"{path}, named by {option}, cannot be read: {failure.Message}", "check the permissions of the file", failure);
        }
    }
}
