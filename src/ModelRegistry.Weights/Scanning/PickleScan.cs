namespace ModelRegistry.Weights.Scanning;

/// <summary>Scans bytes that are to be pickles: one, or several in a row.</summary>
internal static class PickleScan
{
    /// <summary>Pickles in a row that are looked at.</summary>
    private const int MaxPickles = 10_000;

    /// <summary>Reads pickle after pickle; each must follow the rules, and together they must be all there is.</summary>
    /// <param name="bytes">All of the record or file.</param>
    /// <param name="options">How to read; always leniently, to see all of it.</param>
    /// <param name="findings">Receives what is found.</param>
    /// <param name="first">Receives what the first pickle names.</param>
    /// <param name="single">Only one pickle belongs here: more is invalid, and looked at all the same.</param>
    internal static void Scan(ReadOnlySpan<byte> bytes, PickleOptions options, ScanFindings findings, PickleReport first, bool single)
    {
        var position = 0;
        for (var count = 0; position < bytes.Length || count == 0; count++)
        {
            if (count > 0 && single)
            {
                findings.Invalid(new WeightsFinding(WeightsCodes.TrailingData, $"{bytes.Length - position} bytes follow the end of the pickle", $"{options.Where} at byte {position}"));
            }

            if (count >= MaxPickles)
            {
                findings.Invalid(new WeightsFinding(WeightsCodes.PickleLimit, $"there are more than {MaxPickles} pickles in a row", options.Where));
                findings.Refused(OpcodeSweep.Globals(bytes[position..], options with { Base = options.Base + position }));
                return;
            }

            var one = options with { Base = options.Base + position, Lenient = true };
            if (ScanOne(bytes[position..], one, findings, count == 0 ? first : new PickleReport()) is not { } length)
            {
                return;
            }

            position += length;
        }
    }

    private static int? ScanOne(ReadOnlySpan<byte> bytes, PickleOptions options, ScanFindings findings, PickleReport report)
    {
        int? length = null;
        WeightsFormatException? failure = null;
        try
        {
            length = PickleReader.Read(bytes, options, report).Length;
        }
        catch (WeightsFormatException e)
        {
            failure = e;
        }

        findings.Refused(report.Refused);
        foreach (var violation in report.Violations)
        {
            findings.Invalid(violation);
        }

        if (failure is not null)
        {
            findings.Invalid(failure, options.Where);

            // Python may go on where these rules stop: name what it would still reach.
            findings.Refused(OpcodeSweep.Globals(bytes, options));
        }

        return length;
    }
}
