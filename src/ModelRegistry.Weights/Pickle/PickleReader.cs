namespace ModelRegistry.Weights.Pickle;

/// <summary>Reads one pickle into data.</summary>
internal static class PickleReader
{
    /// <summary>Reads the pickle at the start of <paramref name="data"/>.</summary>
    /// <returns>Its value, and how many bytes it took.</returns>
    /// <exception cref="WeightsFormatException">
    /// It is malformed or breaks a rule; or it asks for globals outside the list (MR0512), all of which are in the exception's findings.
    /// </exception>
    internal static (object? Value, int Length) Read(ReadOnlySpan<byte> data, PickleOptions options, PickleReport report)
    {
        try
        {
            var result = new PickleMachine(data, options, report).Run();
            return report.Refused.Count == 0 || options.Lenient ? result : throw report.Refusal();
        }
        catch (WeightsFormatException e) when (report.Refused.Count > 0 && !options.Lenient && e.Code is not (WeightsCodes.PickleGlobal or WeightsCodes.PlainValue))
        {
            // What the pickle asks for matters more than what else is wrong with it.
            throw report.Refusal();
        }
    }
}
