namespace ModelRegistry.Weights.Fuzz;

/// <summary>One execution: read and scan, and hold the result against what is promised.</summary>
internal static class Target
{
    /// <summary>What reading may allocate: a fixed part, and so much per byte of the file.</summary>
    private const long AllocationBase = 8L << 20;
    private const long AllocationPerByte = 1024;

    /// <summary>Most bytes of tensor data that one execution reads; views with stride 0 promise any amount.</summary>
    private const long ReadLimit = 64 << 10;

    /// <summary>Null when the promise is kept, else what broke it.</summary>
    internal static string? Run(ReadOnlyMemory<byte> file, bool tensorsOnly)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var opened = false;
        try
        {
            using var weights = WeightsFile.Open(file, new WeightsReadOptions { TensorsOnly = tensorsOnly });
            opened = true;
            Touch(weights);
        }
        catch (WeightsFormatException e)
        {
            if (e.Message.Length == 0 || e.Message.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || !e.Code.StartsWith("MR05", StringComparison.Ordinal))
            {
                return $"bad message: {e.Code} {e.Message}";
            }
        }

        var report = WeightsScanner.Scan(file);
        if (report.Verdict == ScanVerdict.Safe && !opened && report.Format is not "pickle" and not "npy" and not "joblib")
        {
            return "refused by the reader, yet safe to the scanner";
        }

        if (report.Verdict != ScanVerdict.Safe && report.Findings.Count == 0)
        {
            return "not safe, yet without a finding";
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > AllocationBase + (AllocationPerByte * file.Length) ? $"{allocated} bytes allocated for {file.Length}" : null;
    }

    private static void Touch(WeightsFile file)
    {
        _ = file.ModuleTree.ParameterCount;
        foreach (var tensor in file.Tensors.Concat(file.OtherTensors))
        {
            if (tensor is { HasData: true, ByteLength: <= ReadLimit })
            {
                tensor.CopyTo(Stream.Null);
            }
        }

        if (file.Tensors.Count > 0)
        {
            file.TryGetTensor(file.Tensors[0].Name, out _);
        }
    }
}
