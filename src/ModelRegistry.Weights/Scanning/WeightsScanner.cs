namespace ModelRegistry.Weights;

/// <summary>
/// Says whether a file is safe to load: looks at every pickle in it, wherever it stands, without executing any.
/// An error is a refusal; what cannot be read is never safe.
/// </summary>
public static class WeightsScanner
{
    private static readonly string[] Extensions =
        [".pth", ".pt", ".ptl", ".bin", ".ckpt", ".pkl", ".pickle", ".joblib", ".dill", ".safetensors", ".onnx", ".npy", ".npz", ".th", ".mar", ".model", ".weights"];

    /// <summary>Scans one file, whatever its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <returns>The verdict; a file that cannot be opened is invalid.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ScanReport Scan(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = MappedFile.Open(path);
            return Scan(file, path, cancellation);
        }
        catch (WeightsFormatException e)
        {
            var findings = new ScanFindings();
            findings.Invalid(e, "");
            return findings.ToReport(path);
        }
    }

    /// <summary>Scans bytes held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What the report calls it.</param>
    /// <param name="cancellation">Stops between records.</param>
    public static ScanReport Scan(ReadOnlyMemory<byte> bytes, string name = "", CancellationToken cancellation = default)
    {
        using var file = MappedFile.FromBytes(bytes);
        return Scan(file, name, cancellation);
    }

    /// <summary>
    /// Scans the files below a directory that hold weights or pickles by content, or claim to by name. Others (texts, code,
    /// images) are left out, unless one of them turns out dangerous. Symbolic links are not followed.
    /// </summary>
    /// <param name="path">The directory.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <returns>One report per file, ordered by path.</returns>
    /// <exception cref="WeightsFormatException">The directory is missing or may not be read (MR0502).</exception>
    public static IReadOnlyList<ScanReport> ScanDirectory(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint };
        string[] files;
        try
        {
            files = Directory.GetFiles(path, "*", options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException(Codes.Unreadable, "the directory cannot be read", path, e.Message, e);
        }

        Array.Sort(files, StringComparer.Ordinal);
        var reports = new List<ScanReport>();
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            var report = Scan(file, cancellation);
            if (report.Verdict == ScanVerdict.Dangerous || report.Format is not "unknown" and not "zip" || Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            {
                reports.Add(report);
            }
        }

        return reports;
    }

    internal static ScanReport Scan(MappedFile file, string path, CancellationToken cancellation)
    {
        var findings = new ScanFindings();
        try
        {
            FileScan.Scan(file, findings, cancellation);
        }
        catch (WeightsFormatException e)
        {
            findings.Invalid(e, "");
        }

        return findings.ToReport(path);
    }
}
