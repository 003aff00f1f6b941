namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>The functions of the expression language.</summary>
internal static class Functions
{
    internal static Evaluator Bind(string name, List<Evaluator> arguments) => name switch
    {
        "dim" => Bound(name, arguments, 2, 2, (scope, a) => scope.Dimension(a[0].AsText(), a[1].AsInteger())),
        "rank" => Bound(name, arguments, 1, 1, (scope, a) => scope.Rank(a[0].AsText())),
        "has" => Bound(name, arguments, 1, 1, (scope, a) => new BooleanValue(scope.Has(a[0].AsText()))),
        "count" => Bound(name, arguments, 1, 2, (scope, a) => new IntegerValue(scope.Count(a[0].AsText(), a.Length > 1 ? a[1].AsInteger() : 0))),
        "min" => Bound(name, arguments, 2, 2, (_, a) => Operators.Arithmetic(a[0], a[1], Math.Min)),
        "max" => Bound(name, arguments, 2, 2, (_, a) => Operators.Arithmetic(a[0], a[1], Math.Max)),
        "len" => Bound(name, arguments, 1, 1, (_, a) => new IntegerValue(Length(a[0]))),
        _ => throw new ExpressionException($"there is no function '{name}'; known are dim, rank, has, count, min, max, len"),
    };

    private static Evaluator Bound(
        string name, List<Evaluator> arguments, int least, int most, Func<ExpressionScope, ExpressionValue[], ExpressionValue> apply)
    {
        if (arguments.Count < least || arguments.Count > most)
            throw new ExpressionException($"{name} takes {(least == most ? $"{least}" : $"{least} or {most}")} arguments, not {arguments.Count}");
        return scope =>
        {
            var values = new ExpressionValue[arguments.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = arguments[i](scope);
            return apply(scope, values);
        };
    }

    private static long Length(ExpressionValue value) => value is ListValue list
        ? list.Items.Count
        : throw new ExpressionException($"len needs a list, not {value.Kind}");
}
