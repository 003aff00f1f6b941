using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Tests.Schema;

/// <summary>The JSON Schema that the parser's own tables imply.</summary>
internal static class SchemaBuilder
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Build() => new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Architecture of a network",
        ["description"] = "A network as data: operations, their connections and the names of their tensors. Sizes are read from the tensors by expressions: whole numbers, true, false, 'text', + - * / % == != < <= > >= && || ! ?:, list[i], dim(key, axis), rank(key), has(key), count(pattern with #, start), min, max, len. In names, {expression} is replaced by its value. A node without 'in' takes the result of the node before it.",
        ["type"] = "object",
        ["required"] = Strings("schemaVersion", "name", "inputs", "nodes"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["$schema"] = Type("string"),
            ["schemaVersion"] = new JsonObject { ["const"] = 1 },
            ["name"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$" },
            ["description"] = Type("string"),
            ["rename"] = Described(
                new JsonObject { ["type"] = "array", ["maxItems"] = 1024, ["items"] = Ref("rename") },
                "Names of the file that the network calls otherwise; each rule is applied to what the one before it left. Two keys that would get one name are refused."),
            ["parameters"] = Described(Map(AnyOf(Type("integer"), Type("boolean"), Type("string"), Ref("sizes"))), "Values computed once from the tensors; later ones may use earlier ones."),
            ["modules"] = Described(new JsonObject { ["type"] = "object", ["additionalProperties"] = Ref("module") }, "Sub-graphs to be used many times."),
            ["inputs"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Ref("input") },
            ["nodes"] = Ref("nodes"),
            ["outputs"] = Described(new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Ref("output") }, "Left out: one, the last node's result."),
        },
        ["$defs"] = Definitions(),
    }.ToJsonString(s_options).ReplaceLineEndings("\n") + "\n";

    private static JsonObject Definitions()
    {
        var definitions = new JsonObject
        {
            ["identifier"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Za-z][A-Za-z0-9_]{0,99}$" },
            ["reference"] = new JsonObject { ["type"] = "string", ["pattern"] = "^([A-Za-z0-9_.]|\\{[^{}]*\\})+$", ["maxLength"] = 512 },
            ["size"] = Described(AnyOf(Type("integer"), Type("string")), "A whole number, or an expression that gives one."),
            ["condition"] = Described(AnyOf(Type("boolean"), Type("string")), "True, false, or an expression that gives one of them."),
            ["sizes"] = new JsonObject { ["type"] = "array", ["maxItems"] = 256, ["items"] = Ref("size") },
            ["pair"] = Described(
                AnyOf(Ref("size"), new JsonObject { ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 2, ["items"] = Ref("size") }), "One size for both, or [height, width]."),
            ["triple"] = Described(
                AnyOf(Ref("size"), new JsonObject { ["type"] = "array", ["minItems"] = 3, ["maxItems"] = 3, ["items"] = Ref("size") }), "One size for all, or [depth, height, width]."),
            ["expression"] = Described(AnyOf(Type("boolean"), Type("integer"), Type("string")), "A value, or an expression that gives one."),
            ["names"] = Described(
                AnyOf(Ref("reference"), new JsonObject { ["type"] = "array", ["maxItems"] = 512, ["items"] = Ref("reference") }), "Names of the inputs; left out, the result of the node before."),
            ["input"] = Object(["name", "shape"], new JsonObject
            {
                ["name"] = Ref("identifier"),
                ["dtype"] = Described(new JsonObject { ["enum"] = Strings("float32", "int64"), ["default"] = "float32" }, "int64 for whole numbers such as tokens."),
                ["shape"] = Described(Ref("sizes"), "-1 for any size."),
                ["example"] = Described(Ref("sizes"), "A shape that the network accepts."),
            }),
            ["rename"] = Object(["from"], new JsonObject
            {
                ["from"] = Described(new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 1024 }, "A regular expression of .NET, searched in each key."),
                ["to"] = Described(new JsonObject { ["type"] = "string", ["maxLength"] = 512 }, "What stands for each match; $1 is its first group."),
                ["drop"] = Described(new JsonObject { ["type"] = "boolean" }, "True instead of 'to': leaves the tensor out, because it holds nothing that the network needs."),
                ["note"] = Described(Type("string"), "Said to the user when the rule applied."),
            }),
            ["output"] = Object(["name"], new JsonObject
            {
                ["name"] = Ref("identifier"),
                ["from"] = Ref("reference"),
                ["if"] = Described(Ref("expression"), "When false, there is no such output."),
            }),
            ["module"] = Object(["nodes"], new JsonObject
            {
                ["description"] = Type("string"),
                ["arguments"] = Map(new JsonObject { ["enum"] = Strings("name", "integer", "boolean") }),
                ["inputs"] = Described(new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = 512, ["items"] = Ref("identifier") }, "Left out: one, called x."),
                ["nodes"] = Ref("nodes"),
            }),
            ["nodes"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Ref("node") },
        };
        var forms = new JsonArray { Ref("use"), Ref("group") };
        definitions["node"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "'if': when false, the node is left out and stands for its first input. 'repeat': how often; each time takes the result of the time before. 'as', 'from', 'step': the counter's name (i), first value (0) and step (1).",
            ["dependentRequired"] = new JsonObject { ["as"] = Strings("repeat"), ["from"] = Strings("repeat"), ["step"] = Strings("repeat") },
            ["oneOf"] = forms,
        };
        definitions["use"] = Described(Node(["module"], new JsonObject { ["module"] = Type("string"), ["with"] = Map(AnyOf(Type("integer"), Type("boolean"), Type("string"))) }), "A module in use.");
        definitions["group"] = Described(Node(["nodes"], new JsonObject { ["nodes"] = Ref("nodes") }), "Nodes that are conditional or repeated together.");
        foreach (var operation in OperationCatalogue.All)
        {
            forms.Add(Ref(operation.Name));
            definitions[operation.Name] = OperationNode(operation);
        }

        return definitions;
    }

    private static JsonObject OperationNode(Operation operation)
    {
        var properties = new JsonObject { ["op"] = new JsonObject { ["const"] = operation.Name } };
        var required = new List<string> { "op" };
        if (operation.HasKey)
        {
            properties["key"] = new JsonObject { ["type"] = "string", ["maxLength"] = 512 };
            required.Add("key");
        }

        foreach (var spec in operation.Attributes)
        {
            properties[spec.Name] = Attribute(spec);
            if (spec.Required)
                required.Add(spec.Name);
        }

        return Described(Node([.. required], properties), operation.Summary);
    }

    private static JsonObject Attribute(AttributeSpec spec)
    {
        var schema = spec.Kind switch
        {
            AttributeKind.Integer => Ref("size"),
            AttributeKind.Pair => Ref("pair"),
            AttributeKind.Triple => Ref("triple"),
            AttributeKind.Integers => Ref("sizes"),
            AttributeKind.Boolean => Ref("condition"),
            AttributeKind.Number => Type("number"),
            _ => new JsonObject { ["enum"] = Strings([.. spec.Choices]) },
        };
        Described(schema, spec.Summary);
        if (spec.Default is not null)
            schema["default"] = JsonSerializer.SerializeToNode(spec.Default is long[] sizes ? sizes[0] : spec.Default);
        return schema;
    }

    private static JsonObject Node(string[] required, JsonObject properties)
    {
        var all = new JsonObject
        {
            ["comment"] = Type("string"),
            ["id"] = Ref("reference"),
            ["in"] = Ref("names"),
            ["if"] = Ref("expression"),
            ["repeat"] = Ref("expression"),
            ["as"] = Ref("identifier"),
            ["from"] = Ref("expression"),
            ["step"] = Type("integer"),
        };
        foreach (var (name, schema) in properties.ToList())
        {
            properties.Remove(name);
            all[name] = schema;
        }

        return Object(required, all);
    }

    private static JsonObject Object(string[] required, JsonObject properties) => new()
    {
        ["type"] = "object",
        ["required"] = Strings(required),
        ["additionalProperties"] = false,
        ["properties"] = properties,
    };

    private static JsonObject Map(JsonObject values) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = values,
    };

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema;
    }

    private static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private static JsonObject Ref(string name) => new() { ["$ref"] = "#/$defs/" + name };

    private static JsonArray Strings(params string[] values) => [.. values.Select(value => (JsonNode)value)];
}
