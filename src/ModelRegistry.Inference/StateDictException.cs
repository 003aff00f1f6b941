namespace ModelRegistry.Inference;

/// <summary>The weights are not those of the architecture; <see cref="Difference"/> names every key.</summary>
public sealed class StateDictException : InferenceException
{
    private const int Named = 5;

    /// <summary>Creates the failure.</summary>
    /// <param name="architecture">The architecture's name.</param>
    /// <param name="difference">What differs; not empty.</param>
    public StateDictException(string architecture, StateDictDifference difference)
        : base(
            InferenceCodes.StateDictMismatch,
            $"the weights are not those of '{architecture}': {Summarize(difference)}",
            hint: "check that the architecture named is the one that was trained; other names are mapped by 'rename' in an architecture.json of the model's own")
        => Difference = difference;

    /// <summary>Every missing, unexpected and misshapen key.</summary>
    public StateDictDifference Difference { get; }

    private static string Summarize(StateDictDifference difference)
    {
        var parts = new List<string>();
        Add("missing", difference.Missing);
        Add("unexpected", difference.Unexpected);
        Add("misshapen", difference.Misshapen);
        if (difference.NearestPairs is [_, ..] pairs)
            parts.Add($"alike are {string.Join(", ", pairs.Select(pair => $"{DisplayText.Escape(pair.Missing)} and {DisplayText.Escape(pair.Unexpected)}"))}");
        return string.Join("; ", parts);

        void Add(string what, IReadOnlyList<string> keys)
        {
            if (keys.Count == 0)
                return;
            var more = keys.Count > Named ? $" and {keys.Count - Named} more" : "";
            parts.Add($"{keys.Count} {what} ({string.Join(", ", keys.Take(Named).Select(DisplayText.Escape))}{more})");
        }
    }
}
