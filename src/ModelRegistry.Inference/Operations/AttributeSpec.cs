namespace ModelRegistry.Inference.Operations;

internal enum AttributeKind
{
    Integer,
    Pair,
    Triple,
    Integers,
    Boolean,
    Number,
    Choice,
}

/// <summary>One attribute of an operation: what it may be, and what it is when left out.</summary>
internal sealed record AttributeSpec(string Name, AttributeKind Kind, string Summary)
{
    internal bool Required { get; init; }

    internal long Minimum { get; init; }

    internal long Maximum { get; init; } = int.MaxValue;

    internal IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Value when left out; null means the operation decides.</summary>
    internal object? Default { get; init; }

    internal static AttributeSpec Integer(string name, string summary, long minimum = 0, long? fallback = null) =>
        new(name, AttributeKind.Integer, summary) { Minimum = minimum, Default = fallback };

    internal static AttributeSpec Pair(string name, string summary, long minimum, long? fallback = null) =>
        new(name, AttributeKind.Pair, summary) { Minimum = minimum, Default = fallback is { } value ? new long[] { value, value } : null };

    /// <summary>One size for each of one, two or three dimensions.</summary>
    internal static AttributeSpec Sizes(string name, int dimensions, string summary, long minimum, long? fallback = null) => dimensions switch
    {
        1 => Integer(name, summary, minimum, fallback),
        2 => Pair(name, summary, minimum, fallback),
        _ => new(name, AttributeKind.Triple, summary) { Minimum = minimum, Default = fallback is { } value ? new[] { value, value, value } : null },
    };

    internal static AttributeSpec Boolean(string name, string summary, bool fallback) =>
        new(name, AttributeKind.Boolean, summary) { Default = fallback };

    internal static AttributeSpec Number(string name, string summary, double? fallback) =>
        new(name, AttributeKind.Number, summary) { Default = fallback };

    internal static AttributeSpec Choice(string name, string summary, string fallback, params string[] choices) =>
        new(name, AttributeKind.Choice, summary) { Default = fallback, Choices = choices };

    internal static AttributeSpec Axis(string name, string summary, long fallback) =>
        new(name, AttributeKind.Integer, summary) { Minimum = -Architectures.ArchitectureLimits.Rank, Maximum = Architectures.ArchitectureLimits.Rank - 1, Default = fallback };
}
