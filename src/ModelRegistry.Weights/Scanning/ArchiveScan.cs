namespace ModelRegistry.Weights.Scanning;

/// <summary>Scans a zip archive: every record that is a pickle, and archives within.</summary>
internal static class ArchiveScan
{
    internal static void Scan(MappedFile file, string where, int depth, ScanFindings findings, CancellationToken cancellation)
    {
        ZipDirectory zip;
        try
        {
            zip = ReadDirectory(file, where.Length == 0 ? "zip archive" : where);
        }
        catch (WeightsFormatException e)
        {
            findings.Invalid(e, where);
            DamagedArchive.Scan(file, where, findings, cancellation);
            return;
        }

        var isPyTorch = zip.Entries.Any(e => IsMainPickle(e.Name));
        var torchScript = zip.Entries.Any(e => e.Name.Contains("/code/", StringComparison.Ordinal) || IsNamed(e.Name, "constants.pkl"));
        if (depth == 0)
        {
            findings.Format = NpzReader.Recognises(zip) ? "npz"
                : DescribedFormat.Of(zip) is { } described ? described.Name
                : !isPyTorch ? "zip"
                : torchScript ? "torchscript"
                : "pytorch-zip";
            if (findings.Format is not ("npz" or "torchscript" or "pytorch-zip"))
            {
                findings.Unknown(new WeightsFinding(WeightsCodes.NotWeights, $"{DescribedFormat.Of(zip)?.What ?? "a zip archive that is not from PyTorch"}: what it holds is not read", where));
            }
        }

        var storages = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries.OrderBy(e => IsMainPickle(e.Name) ? 0 : 1))
        {
            cancellation.ThrowIfCancellationRequested();
            var at = Display.Escape(where.Length == 0 ? entry.Name : $"{where}!{entry.Name}");
            try
            {
                // The bytes of a tensor that look like a pickle are data.
                if (!storages.Contains(entry.Name))
                {
                    ScanEntry(zip, entry, at, depth, torchScript, storages, findings, cancellation);
                }

                ZipContent.Verify(zip, entry, cancellation);
            }
            catch (WeightsFormatException e)
            {
                findings.Invalid(e, at);
            }
        }

        if (torchScript)
        {
            ScriptArchiveScan.Scan(zip, where, findings);
        }
    }

    private static void ScanEntry(ZipDirectory zip, ZipEntry entry, string where, int depth, bool torchScript, HashSet<string> storages, ScanFindings findings, CancellationToken cancellation)
    {
        var content = entry.IsDeflated ? MappedFile.FromBytes(ZipContent.Inflate(zip, entry)) : zip.File.Window(entry.DataOffset, entry.Length);
        var bytes = content.Peek(0, PickleLimits.Bytes);
        var options = new PickleOptions { Where = where, TorchScript = torchScript, Lenient = true };
        if (IsMainPickle(entry.Name))
        {
            var report = new PickleReport();
            PickleScan.Scan(bytes, options, findings, report, single: true);
            var folder = entry.Name[..^".pkl".Length];
            foreach (var key in report.Storages.Keys)
            {
                storages.Add($"{folder}/{key}");
                if (entry.Name.EndsWith("bytecode.pkl", StringComparison.Ordinal))
                {
                    // A mobile archive shares the storages of constants.pkl.
                    storages.Add($"{folder[..^"bytecode".Length]}constants/{key}");
                }
            }

            if (content.Length > bytes.Length)
            {
                findings.Invalid(new WeightsFinding(WeightsCodes.PickleLimit, $"the pickle has {content.Length} bytes, more than {PickleLimits.Bytes}", where));
            }
        }
        else if (IsZip(content))
        {
            if (depth + 1 >= ZipLimits.Nesting)
            {
                findings.Invalid(new WeightsFinding(WeightsCodes.NestedArchive, $"archives are nested more than {ZipLimits.Nesting} deep", where));
                return;
            }

            Scan(content, where, depth + 1, findings, cancellation);
        }
        else if (IsKerasConfiguration(entry.Name) && KerasCode.HoldsLambda(bytes))
        {
            findings.Dangerous(new WeightsFinding(WeightsCodes.KerasLambda, "holds a Lambda layer, which is Python code that loading the model runs", where));
        }
        else if (!NumpyScan.Scan(bytes, options, findings))
        {
            if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']) && KerasCode.NamesLambda(bytes))
            {
                findings.Dangerous(new WeightsFinding(WeightsCodes.KerasLambda, "holds a Lambda layer, which is Python code that loading the model runs", where));
            }

            HiddenPickle.Scan(bytes, options, findings);
        }
    }

    /// <summary>ML.NET on Windows divides folders by backslashes, against the format's rule; nothing here is ever extracted.</summary>
    private static ZipDirectory ReadDirectory(MappedFile file, string where)
    {
        try
        {
            return ZipDirectory.Read(file, where);
        }
        catch (WeightsFormatException e) when (e.Code == WeightsCodes.EntryName && e.Message.Contains("backslash", StringComparison.Ordinal))
        {
            var zip = ZipDirectory.Read(file, where, windows: true);
            if (DescribedFormat.Of(zip)?.Name == "mlnet") return zip;
            throw;
        }
    }

    private static bool IsKerasConfiguration(string name) => name is "config.json" || name.EndsWith("/config.json", StringComparison.Ordinal);

    private static bool IsZip(MappedFile content) =>
        ZipDirectory.Recognises(content) || content.Peek(Math.Max(0, content.Length - 22), 4).SequenceEqual("PK\u0005\u0006"u8);

    private static bool IsMainPickle(string name) => IsNamed(name, "data.pkl") || IsNamed(name, "constants.pkl") || IsNamed(name, "bytecode.pkl");

    private static bool IsNamed(string name, string file) =>
        name.EndsWith(file, StringComparison.Ordinal) && (name.Length == file.Length || name[^(file.Length + 1)] == '/');
}
