namespace ModelRegistry.Weights.Scanning;

/// <summary>Bytes that need not be a pickle, but may be one under another name.</summary>
internal static class HiddenPickle
{
    /// <summary>Reports the globals of what parses as pickles, one after the other.</summary>
    /// <returns>True when the bytes are pickles from start to end.</returns>
    internal static bool Scan(ReadOnlySpan<byte> bytes, PickleOptions options, ScanFindings findings)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            var rest = bytes[position..];
            var current = options with { Base = options.Base + position, Lenient = true, MayBeText = !StartsWithProtocol(rest) };
            var report = new PickleReport();
            var length = Read(rest, current, report);
            if (length is not null || StartsWithProtocol(rest) || report.CallsRefused)
            {
                findings.Refused(report.Refused.Select(AsHidden));
            }

            if (length is null)
            {
                // Python may go on where these rules stop. Without a protocol byte the bytes may as well be a text.
                findings.Refused((StartsWithProtocol(rest) ? OpcodeSweep.Globals(rest, current) : OpcodeSweep.Calls(rest, current)).Select(AsHidden));
                return false;
            }

            position += length.Value;
        }

        return bytes.Length > 0;
    }

    /// <summary>Protocol 2 and later say so. Earlier ones begin with any opcode, as a text or an image can, too.</summary>
    internal static bool StartsWithProtocol(ReadOnlySpan<byte> bytes) => bytes is [0x80, <= 5, ..];

    private static WeightsFinding AsHidden(WeightsFinding finding) => finding.Code == WeightsCodes.PlainValue ? finding : finding with { Code = WeightsCodes.HiddenPickle };

    private static int? Read(ReadOnlySpan<byte> bytes, PickleOptions options, PickleReport report)
    {
        try
        {
            return PickleReader.Read(bytes, options, report).Length;
        }
        catch (WeightsFormatException)
        {
            // Not a pickle, or a damaged one. What it asked for until then is in the report.
            return null;
        }
    }
}
