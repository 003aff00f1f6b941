using System.Text.Json;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>Reads values whose kind the place decides.</summary>
internal static class ValueReader
{
    internal static ValueTemplate Attribute(JsonCursor value, AttributeSpec spec)
    {
        ValueTemplate template = spec.Kind switch
        {
            AttributeKind.Integer => Scalar(value, JsonValueKind.Number),
            AttributeKind.Pair => value.Kind == JsonValueKind.Array ? List(value, 2, "a pair [height, width]") : Scalar(value, JsonValueKind.Number),
            AttributeKind.Triple => value.Kind == JsonValueKind.Array ? List(value, 3, "three [depth, height, width]") : Scalar(value, JsonValueKind.Number),
            AttributeKind.Integers => Sizes(value),
            AttributeKind.Boolean => Scalar(value, JsonValueKind.True),
            AttributeKind.Number => new LiteralTemplate(value.Path, value.Number()),
            _ => new LiteralTemplate(value.Path, value.Text()),
        };
        if (template is LiteralTemplate literal)
            AttributeCheck.Normalize(spec, literal.Value, value.Path);
        return template;
    }

    internal static ValueTemplate Argument(JsonCursor value, ArgumentKind kind) => kind switch
    {
        ArgumentKind.Name => new NameTemplate(value.Path, value.Text()),
        ArgumentKind.Integer => Scalar(value, JsonValueKind.Number),
        _ => Scalar(value, JsonValueKind.True),
    };

    /// <summary>A parameter: a number, a truth value, an expression, or a list of sizes.</summary>
    internal static ValueTemplate Parameter(JsonCursor value) => value.Kind switch
    {
        JsonValueKind.Array => Sizes(value),
        JsonValueKind.Number => new LiteralTemplate(value.Path, value.Integer()),
        _ => new ExpressionTemplate(value.Path, value.Expression()),
    };

    internal static ListTemplate Sizes(JsonCursor value)
    {
        var items = value.Items().Select(item => Scalar(item, JsonValueKind.Number)).ToList();
        return items.Count <= 256 ? new ListTemplate(value.Path, items) : throw value.Malformed("a list holds at most 256 numbers");
    }

    private static ListTemplate List(JsonCursor value, int count, string what)
    {
        var list = Sizes(value);
        return list.Items.Count == count ? list : throw value.Malformed($"a number or {what} is expected");
    }

    private static ValueTemplate Scalar(JsonCursor value, JsonValueKind literal) => value.Kind switch
    {
        JsonValueKind.String => new ExpressionTemplate(value.Path, value.Expression()),
        _ when literal == JsonValueKind.Number => new LiteralTemplate(value.Path, value.Integer()),
        _ => new LiteralTemplate(value.Path, value.Boolean()),
    };
}
