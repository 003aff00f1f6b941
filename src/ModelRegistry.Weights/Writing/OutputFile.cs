using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Writing;

/// <summary>Writes a file that is either there whole or not at all.</summary>
internal static class OutputFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Writes beside <paramref name="path"/> under a temporary name, flushes, checks, renames.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="overwrite">Whether it may replace one.</param>
    /// <param name="length">Bytes to reserve, so that a full disk shows at once; 0 when unknown.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="check">Looks at the finished temporary file and throws to keep it from being renamed.</param>
    /// <exception cref="WeightsFormatException">MR0570: there is a file already; MR0577: it cannot be written.</exception>
    public static void Write(string path, bool overwrite, long length, Action<FileStream> write, Action<string>? check = null)
    {
        if (!overwrite && File.Exists(path))
            throw Exists(path);
        try
        {
            using var file = new UnfinishedFile(Path.GetFullPath(path), length);
            using (var stream = new FileStream(file.Handle, FileAccess.Write, BufferSize))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            check?.Invoke(file.Location);
            if (!file.TryMove(overwrite))
                throw Exists(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new WeightsFormatException(WritingError.Output, "the file cannot be written", path, e.Message, e);
        }
    }

    private static WeightsFormatException Exists(string path) =>
        new(WritingError.Exists, "the destination exists", path, "choose another name, or ask for it to be overwritten");
}
