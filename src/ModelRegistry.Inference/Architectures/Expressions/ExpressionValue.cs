using System.Globalization;

namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>A value of the expression language: whole number, number, truth value, text, or a list of whole numbers.</summary>
internal abstract record ExpressionValue
{
    /// <summary>What messages call this kind of value.</summary>
    internal abstract string Kind { get; }

    internal long AsInteger() => this is IntegerValue integer
        ? integer.Value
        : throw new ExpressionException($"a whole number is needed here, not {Kind}");

    internal bool AsBoolean() => this is BooleanValue boolean
        ? boolean.Value
        : throw new ExpressionException($"true or false is needed here, not {Kind}");

    internal string AsText() => this is TextValue text
        ? text.Value
        : throw new ExpressionException($"text is needed here, not {Kind}");

    /// <summary>How the value reads inside an interpolated name.</summary>
    internal string Interpolated() => this switch
    {
        IntegerValue integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        TextValue text => text.Value,
        _ => throw new ExpressionException($"{Kind} cannot stand inside a name"),
    };
}

internal sealed record IntegerValue(long Value) : ExpressionValue
{
    internal override string Kind => "a whole number";
}

internal sealed record BooleanValue(bool Value) : ExpressionValue
{
    internal override string Kind => "a truth value";
}

internal sealed record TextValue(string Value) : ExpressionValue
{
    internal override string Kind => "text";
}

internal sealed record ListValue(IReadOnlyList<long> Items) : ExpressionValue
{
    internal override string Kind => "a list";
}

/// <summary>The size of a tensor that is missing. The load fails in the end; until then everything else is still checked.</summary>
internal sealed record UnknownValue : ExpressionValue
{
    internal static UnknownValue Instance { get; } = new();

    internal override string Kind => "a size of a missing tensor";
}
