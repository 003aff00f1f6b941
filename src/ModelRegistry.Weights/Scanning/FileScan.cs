namespace ModelRegistry.Weights;

/// <summary>Scans a whole file by what its content is.</summary>
internal static class FileScan
{
    internal static void Scan(MappedFile file, ScanFindings findings, CancellationToken cancellation)
    {
        if (ZipDirectory.Recognises(file))
        {
            ArchiveScan.Scan(file, "", 0, findings, cancellation);
            RequireReadable(file, findings);
        }
        else if (LegacyLayout.Recognises(file))
        {
            findings.Format = "pytorch-legacy";
            ScanLegacy(file, findings);
        }
        else if (SafetensorsReader.Recognises(file))
        {
            findings.Format = "safetensors";
            RequireReadable(file, findings);
        }
        else if (ForeignContent.Describe(file) is null && OnnxReader.Recognises(file))
        {
            findings.Format = "onnx";
            RequireReadable(file, findings);
        }
        else
        {
            ScanOther(file, findings, cancellation);
        }
    }

    private static void ScanLegacy(MappedFile file, ScanFindings findings)
    {
        var report = new PickleReport();
        try
        {
            LegacyLayout.Read(file, WeightsReadOptions.Default, report, lenient: true);
        }
        catch (WeightsFormatException e)
        {
            findings.Invalid(e, "");

            // Cut short, or made so that these rules stop where Python would go on.
            findings.Dangerous(OpcodeSweep.Globals(file.Peek(0, PickleLimits.Bytes), new PickleOptions { Where = "legacy file" }));
        }

        findings.Dangerous(report.Refused);
        foreach (var violation in report.Violations)
        {
            findings.Invalid(violation);
        }

        if (!findings.Any)
        {
            RequireReadable(file, findings);
        }
    }

    private static void ScanOther(MappedFile file, ScanFindings findings, CancellationToken cancellation)
    {
        var bytes = file.Peek(0, PickleLimits.Bytes);
        if (HiddenPickle.StartsWithProtocol(bytes))
        {
            findings.Format = "pickle";
            PickleScan.Scan(bytes, new PickleOptions { Where = "pickle" }, findings, new PickleReport(), single: false);
            return;
        }

        var options = new PickleOptions { Where = "file", Lenient = true };
        if (NumpyScan.Scan(bytes, options, findings))
        {
            findings.Format = "npy";
            return;
        }

        if (HiddenPickle.Scan(bytes, options, findings))
        {
            findings.Format = "pickle";
            return;
        }

        if (file.Peek(Math.Max(0, file.Length - 22), 4).SequenceEqual("PK\u0005\u0006"u8))
        {
            DamagedArchive.Scan(file, "", findings, cancellation);
        }

        findings.Invalid(FormatDetection.Unknown(file), "");
    }

    /// <summary>A file is safe only when the reader, with all its rules, takes it.</summary>
    private static void RequireReadable(MappedFile file, ScanFindings findings)
    {
        if (findings.Format == "zip")
        {
            findings.Invalid(new WeightsFinding(Codes.ArchiveLayout, "a zip archive that is not from PyTorch", ""));
            return;
        }

        try
        {
            // A window, so that closing the reader leaves the file open.
            using var opened = FormatDetection.Open(file.Window(0, file.Length), WeightsReadOptions.Default);
        }
        catch (WeightsFormatException e) when (e.Code != Codes.PickleGlobal)
        {
            findings.Invalid(e, "");
        }
        catch (WeightsFormatException e)
        {
            findings.Dangerous(e.Findings);
        }
    }
}
