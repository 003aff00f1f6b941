namespace ModelRegistry.Weights.Scanning;

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
        else if (GgufReader.Recognises(file))
        {
            findings.Format = "gguf";
            RequireReadable(file, findings);
            ScanAsPickle(file, findings);
        }
        else if (SafetensorsReader.Recognises(file))
        {
            findings.Format = "safetensors";
            RequireReadable(file, findings);
            ScanAsPickle(file, findings);
        }
        else if (DescribedFormat.Of(file) is { } described)
        {
            findings.Format = described.Name;
            ScanDescribed(file, described, findings);
        }
        else if (ForeignContent.Describe(file) is null && OnnxReader.Recognises(file))
        {
            findings.Format = "onnx";
            RequireReadable(file, findings);
            ScanAsPickle(file, findings);
        }
        else
        {
            ScanOther(file, findings, cancellation);
        }
    }

    private static void ScanDescribed(MappedFile file, DescribedFormat described, ScanFindings findings)
    {
        findings.Unknown(new WeightsFinding(WeightsCodes.NotWeights, $"{described.What}: what it holds is not read", ""));
        if (described.Damage is { } damage)
        {
            findings.Invalid(new WeightsFinding(WeightsCodes.CutOff, $"{described.What} that is cut off: {damage}", ""));
        }

        if (described.Name == "hdf5" && KerasCode.NamesLambda(file.Peek(0, int.MaxValue)))
        {
            findings.Dangerous(new WeightsFinding(WeightsCodes.KerasLambda, "holds a Lambda layer, which is Python code that loading the model runs", ""));
        }

        ScanAsPickle(file, findings);
    }

    /// <summary>A file that one reader takes for its own can be a pickle to another.</summary>
    private static void ScanAsPickle(MappedFile file, ScanFindings findings) =>
        HiddenPickle.Scan(file.Peek(0, PickleLimits.Bytes), new PickleOptions { Where = "file", Lenient = true }, findings);

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
            findings.Refused(OpcodeSweep.Globals(file.Peek(0, PickleLimits.Bytes), new PickleOptions { Where = "legacy file" }));
        }

        findings.Refused(report.Refused);
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

        if (CompressedPickle.Inflate(file) is { } inflated && HiddenPickle.StartsWithProtocol(inflated))
        {
            // joblib writes pickles like this.
            findings.Format = "joblib";
            PickleScan.Scan(inflated, new PickleOptions { Where = "compressed pickle" }, findings, new PickleReport(), single: false);
            if (inflated.Length == CompressedPickle.Most)
            {
                findings.Invalid(new WeightsFinding(WeightsCodes.SizeLimit, $"the compressed pickle has more than {CompressedPickle.Most} bytes", ""));
            }

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

        if (ForeignContent.Describe(file) is { MayBeModel: false })
        {
            findings.Invalid(FormatDetection.Unknown(file), "");
        }
        else
        {
            var unknown = FormatDetection.Unknown(file);
            findings.Unknown(new WeightsFinding(unknown.Code, unknown.Message, ""));
        }
    }

    /// <summary>A file is safe only when the reader, with all its rules, takes it.</summary>
    private static void RequireReadable(MappedFile file, ScanFindings findings)
    {
        if (findings.Format is not ("npz" or "torchscript" or "pytorch-zip" or "gguf" or "safetensors" or "onnx" or "pytorch-legacy"))
        {
            return;
        }

        try
        {
            // A window, so that closing the reader leaves the file open.
            // Plain values outside the list are known by now: what stands beside them is checked all the same.
            using var opened = FormatDetection.Open(file.Window(0, file.Length), new WeightsReadOptions { TensorsOnly = true });
            (opened as OnnxFile)?.CheckExternalData(findings);
        }
        catch (WeightsFormatException e) when (e.Code == WeightsCodes.PickleGlobal)
        {
            findings.Refused(e.Findings);
        }
        catch (WeightsFormatException e) when (e.Code == OnnxError.ExternalLocation)
        {
            findings.Dangerous(new WeightsFinding(e.Code, e.Message, e.Where ?? ""));
        }
        catch (WeightsFormatException e)
        {
            findings.Invalid(e, "");
        }
    }
}
