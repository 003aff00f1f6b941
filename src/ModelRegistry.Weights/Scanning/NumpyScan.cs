using System.Buffers.Binary;

namespace ModelRegistry.Weights.Scanning;

/// <summary>A NumPy array of objects is a header with a pickle after it, which <c>numpy.load</c> may run.</summary>
internal static class NumpyScan
{
    /// <returns>True when the bytes are a NumPy array.</returns>
    internal static bool Scan(ReadOnlySpan<byte> bytes, PickleOptions options, ScanFindings findings)
    {
        if (!bytes.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']) || bytes.Length < 12)
        {
            return false;
        }

        var start = bytes[6] == 1 ? 10 + (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : 12 + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (start >= bytes.Length)
        {
            return true;
        }

        // "O" in the type: objects. Numbers that happen to read as a pickle are numbers.
        if (bytes[..(int)start].IndexOf("O"u8) >= 0)
        {
            // Objects are a pickle or nothing: it is judged as one.
            PickleScan.Scan(bytes[(int)start..], options with { Base = options.Base + start }, findings, new PickleReport(), single: true);
            findings.Unknown(new WeightsFinding(WeightsCodes.NotWeights, "a NumPy array of objects, which are pickled", options.Where));
        }

        return true;
    }
}
