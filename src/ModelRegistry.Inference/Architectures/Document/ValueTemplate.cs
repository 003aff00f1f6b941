using ModelRegistry.Inference.Architectures.Expressions;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>A value in the file: a literal, an expression, a name with <c>{expressions}</c>, or a list of sizes.</summary>
internal abstract record ValueTemplate(string Path)
{
    /// <summary>A number, truth value, text or list of numbers; null where it hangs on a tensor that is missing.</summary>
    internal abstract object? Resolve(ExpressionScope scope);
}

internal sealed record LiteralTemplate(string Path, object Value) : ValueTemplate(Path)
{
    internal override object? Resolve(ExpressionScope scope) => Value;
}

internal sealed record ExpressionTemplate(string Path, Expression Expression) : ValueTemplate(Path)
{
    internal override object? Resolve(ExpressionScope scope) => Expression.Evaluate(scope) switch
    {
        IntegerValue integer => integer.Value,
        BooleanValue boolean => boolean.Value,
        TextValue text => text.Value,
        ListValue list => list.Items.ToArray(),
        _ => null,
    };
}

internal sealed record NameTemplate(string Path, string Template) : ValueTemplate(Path)
{
    internal override object? Resolve(ExpressionScope scope) => Expression.Interpolate(Template, scope);
}

internal sealed record ListTemplate(string Path, IReadOnlyList<ValueTemplate> Items) : ValueTemplate(Path)
{
    internal override object? Resolve(ExpressionScope scope)
    {
        var result = new long[Items.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Items[i].Resolve(scope) switch
            {
                long size => size,
                null => Operations.Dimension.Unknown,
                _ => throw new ExpressionException("a list holds whole numbers only"),
            };
        }

        return result;
    }
}
