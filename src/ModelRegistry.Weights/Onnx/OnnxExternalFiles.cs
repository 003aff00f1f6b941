namespace ModelRegistry.Weights.Onnx;

/// <summary>The further files an ONNX model keeps tensor data in; each is opened once, when its data is first asked for.</summary>
internal sealed class OnnxExternalFiles(string? modelPath) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MappedFile> _open = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <exception cref="WeightsFormatException">MR0531: the range leaves the file; MR0562: a link leaves the directory; MR0563: there is no such file.</exception>
    public MappedFile Open(OnnxExternalData data, string tensor, long length, long at)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_open.TryGetValue(data.Location, out var file))
                _open.Add(data.Location, file = Map(data.Location, tensor, at));
            return file.Contains(data.Offset, length)
                ? file
                : throw OnnxExternalData.LeavesItsFile(tensor, $"{length} bytes at {data.Offset} leave {Display.Quote(data.Location)} of {file.Length} bytes", at);
        }
    }

    /// <summary>Whether files beside the model can be looked for at all.</summary>
    public bool HasFolder => modelPath is not null;

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var file in _open.Values)
                file.Dispose();
        }
    }

    private MappedFile Map(string location, string tensor, long at)
    {
        if (Path.GetDirectoryName(modelPath) is not { } directory)
            throw Missing(location, tensor, "the model was opened from memory, which has no directory to look in", "open the model by its path");
        var path = directory;
        foreach (var part in location.Split('/'))
        {
            path = Path.Combine(path, part);
            RequireInside(directory, path, tensor, at);
        }
        return File.Exists(path)
            ? MappedFile.Open(path)
            : throw Missing(location, tensor, "there is no such file beside the model", "fetch it along with the model");
    }

    private void RequireInside(string directory, string path, string tensor, long at)
    {
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        try
        {
            if (entry.LinkTarget is null)
                return;
            var target = Path.GetFullPath(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
            if (target.StartsWith(directory.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return;
            // In a download cache the model is itself a link, and its data stands where the model does.
            if (File.ResolveLinkTarget(modelPath!, returnFinalTarget: true) is { } own && Path.GetDirectoryName(Path.GetFullPath(own.FullName)) == Path.GetDirectoryName(target))
                return;
        }
        catch (IOException e)
        {
            throw new WeightsFormatException(WeightsCodes.Unreadable, "a link to external data cannot be followed", path, e.Message, e);
        }
        throw OnnxExternalData.Refused(tensor, $"{Display.Quote(Path.GetFileName(path))} is a link that leaves the model's directory", at);
    }

    private static WeightsFormatException Missing(string location, string tensor, string why, string hint) => new(
        OnnxError.ExternalMissing,
        $"external data {Display.Quote(location)} of initialiser {Display.Quote(tensor)} is missing: {why}",
        hint: hint);
}
