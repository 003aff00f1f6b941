using System.Globalization;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>Holds a value against its specification.</summary>
internal static class AttributeCheck
{
    /// <summary>The value in the form operations read: a pair is always two numbers.</summary>
    /// <exception cref="InferenceException">It is of another kind or outside its range.</exception>
    internal static object Normalize(AttributeSpec spec, object value, string path) => (spec.Kind, value) switch
    {
        (AttributeKind.Integer, long size) => InRange(spec, size, path),
        (AttributeKind.Pair, long size) => new[] { InRange(spec, size, path), size },
        (AttributeKind.Pair, long[] { Length: 2 } pair) => AllInRange(spec, pair, path),
        (AttributeKind.Triple, long size) => new[] { InRange(spec, size, path), size, size },
        (AttributeKind.Triple, long[] { Length: 3 } triple) => AllInRange(spec, triple, path),
        (AttributeKind.Integers, long[] list) => AllInRange(spec, list, path),
        (AttributeKind.Boolean, bool truth) => truth,
        (AttributeKind.Number, double number) => number,
        (AttributeKind.Choice, string choice) when spec.Choices.Contains(choice) => choice,
        (AttributeKind.Choice, _) => throw Invalid(spec, $"is one of {string.Join(", ", spec.Choices)}", path),
        _ => throw Invalid(spec, $"is {Described(spec.Kind)}", path),
    };

    private static long InRange(AttributeSpec spec, long value, string path) => value >= spec.Minimum && value <= spec.Maximum
        ? value
        : throw Invalid(spec, string.Create(CultureInfo.InvariantCulture, $"lies between {spec.Minimum} and {spec.Maximum}, not {value}"), path);

    private static long[] AllInRange(AttributeSpec spec, long[] values, string path)
    {
        foreach (var value in values)
            InRange(spec, value, path);
        return values;
    }

    private static string Described(AttributeKind kind) => kind switch
    {
        AttributeKind.Integer => "a whole number",
        AttributeKind.Pair => "a whole number or a pair of them",
        AttributeKind.Triple => "a whole number or three of them",
        AttributeKind.Integers => "a list of whole numbers",
        AttributeKind.Boolean => "true or false",
        _ => "a number",
    };

    private static InferenceException Invalid(AttributeSpec spec, string rule, string path) =>
        new(InferenceCodes.AttributeInvalid, $"'{spec.Name}' {rule}", path, spec.Summary);
}
