namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>The operators of the expression language; arithmetic is checked.</summary>
internal static class Operators
{
    internal static Evaluator Binary(string symbol, Evaluator a, Evaluator b) => symbol switch
    {
        "||" => scope => new BooleanValue(a(scope).AsBoolean() || b(scope).AsBoolean()),
        "&&" => scope => new BooleanValue(a(scope).AsBoolean() && b(scope).AsBoolean()),
        "==" => scope => new BooleanValue(Same(a(scope), b(scope))),
        "!=" => scope => new BooleanValue(!Same(a(scope), b(scope))),
        "<" => Compare(a, b, (x, y) => x < y),
        "<=" => Compare(a, b, (x, y) => x <= y),
        ">" => Compare(a, b, (x, y) => x > y),
        ">=" => Compare(a, b, (x, y) => x >= y),
        "+" => Arithmetic(a, b, (x, y) => checked(x + y)),
        "-" => Arithmetic(a, b, (x, y) => checked(x - y)),
        "*" => Arithmetic(a, b, (x, y) => checked(x * y)),
        "/" => Arithmetic(a, b, Divide),
        _ => Arithmetic(a, b, (x, y) => y == -1 ? 0 : x % y),
    };

    internal static ExpressionValue Index(ExpressionValue value, long index)
    {
        if (value is UnknownValue)
            return value;
        if (value is not ListValue list)
            throw new ExpressionException($"only a list can be indexed, not {value.Kind}");
        return index >= 0 && index < list.Items.Count
            ? new IntegerValue(list.Items[(int)index])
            : throw new ExpressionException($"index {index} is outside a list of {list.Items.Count}");
    }

    /// <summary>What is not known stays so through arithmetic.</summary>
    internal static ExpressionValue Arithmetic(ExpressionValue a, ExpressionValue b, Func<long, long, long> apply) =>
        a is UnknownValue || b is UnknownValue ? UnknownValue.Instance : new IntegerValue(apply(a.AsInteger(), b.AsInteger()));

    // A width that does not divide is a mistake in the file, never a size to round.
    private static long Divide(long x, long y)
    {
        if (x == long.MinValue && y == -1)
            throw new OverflowException();
        return x % y == 0 ? x / y : throw new ExpressionException($"{x} / {y} is not a whole number");
    }

    private static Evaluator Arithmetic(Evaluator a, Evaluator b, Func<long, long, long> apply) =>
        scope => Arithmetic(a(scope), b(scope), apply);

    private static Evaluator Compare(Evaluator a, Evaluator b, Func<long, long, bool> apply) => scope =>
        (a(scope), b(scope)) is (var x, var y) && (x is UnknownValue || y is UnknownValue)
            ? new BooleanValue(false)
            : new BooleanValue(apply(x.AsInteger(), y.AsInteger()));

    private static bool Same(ExpressionValue a, ExpressionValue b) => (a, b) switch
    {
        (UnknownValue, _) or (_, UnknownValue) => false,
        (IntegerValue x, IntegerValue y) => x.Value == y.Value,
        (BooleanValue x, BooleanValue y) => x.Value == y.Value,
        (TextValue x, TextValue y) => string.Equals(x.Value, y.Value, StringComparison.Ordinal),
        _ => throw new ExpressionException($"{a.Kind} cannot be compared with {b.Kind}"),
    };
}
