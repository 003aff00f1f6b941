namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>The modules of a file: signatures first, so that bodies can use each other; then bodies.</summary>
internal sealed class ModuleReader
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, ArgumentKind>> _signatures = new(StringComparer.Ordinal);

    private ModuleReader()
    {
    }

    internal Dictionary<string, ModuleTemplate> Templates { get; } = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, ArgumentKind>? Signature(string module) => _signatures.GetValueOrDefault(module);

    internal IEnumerable<string> Names => _signatures.Keys;

    internal static ModuleReader Read(JsonCursor? modules)
    {
        var reader = new ModuleReader();
        if (modules is not { } cursor)
            return reader;
        foreach (var (name, body) in cursor.Properties())
        {
            body.Allow("description", "arguments", "inputs", "nodes");
            body.Optional("description")?.Text();
            reader._signatures.Add(name, ReadArguments(body.Optional("arguments")));
        }

        foreach (var (name, body) in cursor.Properties())
            reader.Templates.Add(name, reader.ReadBody(name, body));
        return reader;
    }

    private ModuleTemplate ReadBody(string name, JsonCursor body)
    {
        var inputs = body.Optional("inputs") is { } list ? list.Items().Select(input => input.Identifier()).ToList() : ["x"];
        if (inputs.Count is 0 or > ArchitectureLimits.NodeInputs || inputs.Distinct(StringComparer.Ordinal).Count() != inputs.Count)
            throw body.Required("inputs").Malformed("one or more distinct input names are needed");
        return new ModuleTemplate(name, _signatures[name], inputs, NodeReader.ReadAll(body.Required("nodes"), this), body.Path);
    }

    private static Dictionary<string, ArgumentKind> ReadArguments(JsonCursor? arguments)
    {
        var result = new Dictionary<string, ArgumentKind>(StringComparer.Ordinal);
        if (arguments is not { } cursor)
            return result;
        foreach (var (name, kind) in cursor.Properties())
        {
            result.Add(name, kind.Text() switch
            {
                "name" => ArgumentKind.Name,
                "integer" => ArgumentKind.Integer,
                "boolean" => ArgumentKind.Boolean,
                _ => throw kind.Malformed("an argument is a 'name', an 'integer' or a 'boolean'"),
            });
        }

        return result;
    }
}
