using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelRegistry.Inference.Tests.Schema;

/// <summary>The part of JSON Schema 2020-12 that the published schema uses.</summary>
internal sealed class SchemaValidator
{
    private readonly JsonElement _root;

    internal SchemaValidator(JsonElement root) => _root = root;

    internal bool IsValid(JsonElement value) => Matches(_root, value);

    private bool Matches(JsonElement schema, JsonElement value)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var holds = keyword.Name switch
            {
                "$schema" or "$defs" or "title" or "description" or "default" or "properties" => true,
                "$ref" => Matches(_root.GetProperty("$defs").GetProperty(keyword.Value.GetString()!["#/$defs/".Length..]), value),
                "type" => IsType(keyword.Value.GetString()!, value),
                "const" => JsonElement.DeepEquals(keyword.Value, value),
                "enum" => keyword.Value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
                "anyOf" => keyword.Value.EnumerateArray().Any(option => Matches(option, value)),
                "oneOf" => keyword.Value.EnumerateArray().Count(option => Matches(option, value)) == 1,
                "required" => value.ValueKind != JsonValueKind.Object || keyword.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
                "additionalProperties" => PropertiesMatch(schema, keyword.Value, value),
                "dependentRequired" => value.ValueKind != JsonValueKind.Object || keyword.Value.EnumerateObject().All(rule =>
                    !value.TryGetProperty(rule.Name, out _) || rule.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _))),
                "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => Matches(keyword.Value, item)),
                "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= keyword.Value.GetInt32(),
                "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= keyword.Value.GetInt32(),
                "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= keyword.Value.GetInt32(),
                "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= keyword.Value.GetInt32(),
                "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!),
                _ => throw new NotSupportedException($"the schema uses '{keyword.Name}', which this test does not check"),
            };
            if (!holds)
                return false;
        }

        return true;
    }

    private bool PropertiesMatch(JsonElement schema, JsonElement others, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return true;
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        return value.EnumerateObject().All(property => known.ValueKind == JsonValueKind.Object && known.TryGetProperty(property.Name, out var own)
            ? Matches(own, property.Value)
            : others.ValueKind == JsonValueKind.Object ? Matches(others, property.Value) : others.ValueKind == JsonValueKind.True);
    }

    private static bool IsType(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == Math.Truncate(number),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new NotSupportedException(type),
    };
}
