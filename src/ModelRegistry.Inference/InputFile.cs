using ModelRegistry.Shared;

namespace ModelRegistry.Inference;

/// <summary>Opens files that users name, and turns what the file system says into a coded failure.</summary>
internal static class InputFile
{
    internal static T Open<T>(string path, Func<Stream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return read(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InferenceException(InferenceCodes.FileUnreadable, $"'{DisplayText.Escape(path)}' cannot be read: {exception.Message}", hint: "check that the file exists and may be read", inner: exception);
        }
    }
}
