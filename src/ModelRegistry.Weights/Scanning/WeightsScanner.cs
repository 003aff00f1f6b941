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
    public static ScanReport Scan(string path, CancellationToken cancellation = default) => Scan([path], cancellation)[0];

    /// <summary>Scans several files, and judges the parts of a sharded model together: one that is not whole is invalid.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <returns>One report per file, in the same order.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<ScanReport> Scan(IReadOnlyList<string> paths, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var reports = new ScanReport[paths.Count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        if (paths.Count == 1)
        {
            reports[0] = ScanAlone(paths[0], cancellation);
        }
        else
        {
            Parallel.For(0, paths.Count, options, i => reports[i] = ScanAlone(paths[i], cancellation));
        }

        var whole = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < reports.Length; i++)
        {
            if (reports[i].Verdict is ScanVerdict.Safe or ScanVerdict.Data && !whole.Contains(Path.GetFullPath(paths[i])))
            {
                reports[i] = CheckSet(reports[i], whole);
            }
        }

        return reports;
    }

    private static ScanReport CheckSet(ScanReport report, HashSet<string> whole)
    {
        try
        {
            if (ShardSet.Of(report.Path) is { } set)
            {
                using var opened = ShardedFile.Open(set, new WeightsReadOptions { TensorsOnly = true });
                whole.UnionWith(opened.Parts);
            }

            return report;
        }
        catch (WeightsFormatException e)
        {
            return report with { Verdict = ScanVerdict.Invalid, Findings = [.. report.Findings, new WeightsFinding(e.Code, e.Message, e.Where ?? "")], Hint = e.Hint };
        }
    }

    private static ScanReport ScanAlone(string path, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        cancellation.ThrowIfCancellationRequested();
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
            throw new WeightsFormatException(WeightsCodes.Unreadable, "the directory cannot be read", path, e.Message, e);
        }

        Array.Sort(files, StringComparer.Ordinal);
        return [.. Scan(files, cancellation).Where(report =>
            report.Verdict == ScanVerdict.Dangerous || report.Format is not "unknown" and not "zip" || Extensions.Contains(Path.GetExtension(report.Path), StringComparer.OrdinalIgnoreCase))];
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
