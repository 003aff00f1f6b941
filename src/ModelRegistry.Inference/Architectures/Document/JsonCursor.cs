using System.Text.Json;
using System.Text.RegularExpressions;
using ModelRegistry.Inference.Architectures.Expressions;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>A JSON value and where it stands, so that every complaint names its place.</summary>
internal readonly partial struct JsonCursor
{
    private readonly JsonElement _element;

    internal JsonCursor(JsonElement element, string path) => (_element, Path) = (element, path);

    internal string Path { get; }

    internal JsonValueKind Kind => _element.ValueKind;

    internal JsonCursor? Optional(string property) =>
        _element.TryGetProperty(property, out var value) ? new JsonCursor(value, Child(property)) : null;

    internal JsonCursor Required(string property) =>
        Optional(property) ?? throw Malformed($"'{property}' is missing");

    internal IEnumerable<(string Name, JsonCursor Value)> Properties()
    {
        Expect(JsonValueKind.Object, "an object");
        foreach (var property in _element.EnumerateObject())
            yield return (property.Name, new JsonCursor(property.Value, Child(property.Name)));
    }

    internal IEnumerable<JsonCursor> Items()
    {
        Expect(JsonValueKind.Array, "a list");
        var index = 0;
        foreach (var item in _element.EnumerateArray())
            yield return new JsonCursor(item, $"{Path}[{index++}]");
    }

    /// <summary>Refuses properties outside the list, so that a typing mistake never passes for a default.</summary>
    internal void Allow(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Properties())
        {
            if (!names.Contains(name))
                throw value.Malformed($"unknown property '{DisplayText.Escape(name)}'");
        }
    }

    internal string Text() => Expect(JsonValueKind.String, "text")._element.GetString()!;

    internal long Integer() => Kind == JsonValueKind.Number && _element.TryGetInt64(out var value)
        ? value
        : throw Malformed("a whole number is expected");

    internal double Number() => Kind == JsonValueKind.Number && _element.TryGetDouble(out var value) && double.IsFinite(value)
        ? value
        : throw Malformed("a number is expected");

    internal bool Boolean() => Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Malformed("true or false is expected"),
    };

    /// <summary>A name that expressions can use: a letter, then letters, digits and underscores.</summary>
    internal string Identifier() => IdentifierPattern().IsMatch(Text())
        ? Text()
        : throw Malformed("a name of letters, digits and '_' that starts with a letter is expected");

    /// <summary>A name that others refer to, perhaps with <c>{expressions}</c>.</summary>
    internal string Reference() => Text() is { Length: > 0 and <= ArchitectureLimits.NameLength } text && ReferencePattern().IsMatch(text)
        ? text
        : throw Malformed("a name of letters, digits, '_', '.' and {expressions} is expected");

    internal Expression Expression()
    {
        try
        {
            return Kind == JsonValueKind.Number
                ? Expressions.Expression.Parse(Integer().ToString(System.Globalization.CultureInfo.InvariantCulture))
                : Kind is JsonValueKind.True or JsonValueKind.False
                    ? Expressions.Expression.Parse(Boolean() ? "true" : "false")
                    : Expressions.Expression.Parse(Text());
        }
        catch (ExpressionException exception)
        {
            throw new InferenceException(InferenceCodes.ExpressionInvalid, exception.Message, Path, inner: exception);
        }
    }

    internal JsonCursor Expect(JsonValueKind kind, string what) => Kind == kind ? this : throw Malformed($"{what} is expected");

    internal InferenceException Malformed(string message) => new(
        InferenceCodes.ArchitectureMalformed, message, Path, "the vocabulary is described in docs/schemas/architecture.schema.json");

    private string Child(string property) => IdentifierPattern().IsMatch(property)
        ? $"{Path}.{property}"
        : $"{Path}['{DisplayText.Escape(property)}']";

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(@"\A([A-Za-z0-9_.]|\{[^{}]*\})+\z")]
    private static partial Regex ReferencePattern();
}
