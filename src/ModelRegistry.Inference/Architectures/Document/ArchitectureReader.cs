using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>Reads an architecture file, strictly: what the vocabulary does not know is refused, with its JSON path.</summary>
internal static partial class ArchitectureReader
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = ArchitectureLimits.JsonDepth, AllowDuplicateProperties = false };

    internal static ArchitectureDocument Read(string json)
    {
        if (Encoding.UTF8.GetByteCount(json) > ArchitectureLimits.FileBytes)
            throw new InferenceException(InferenceCodes.ArchitectureMalformed, $"the architecture file is larger than {ArchitectureLimits.FileBytes} bytes", "$", "loops and modules keep it short");
        using var document = ParseJson(json);
        return ReadRoot(new JsonCursor(document.RootElement, "$"));
    }

    private static JsonDocument ParseJson(string json)
    {
        try
        {
            var document = JsonDocument.Parse(json, s_options);
            RefuseLoneSurrogates(document.RootElement);
            return document;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            var where = exception is JsonException { LineNumber: { } line } syntax ? $"line {line + 1}, column {syntax.BytePositionInLine + 1}" : null;
            throw new InferenceException(InferenceCodes.ArchitectureMalformed, "the architecture is not valid JSON", where, "compare it with one that `modelreg` prints", exception);
        }
    }

    // A lone surrogate is only found when the string is read, and then is no JsonException.
    private static void RefuseLoneSurrogates(JsonElement root)
    {
        if (LoneSurrogate().IsMatch(root.GetRawText()))
            throw new InferenceException(InferenceCodes.ArchitectureMalformed, "the architecture holds an escaped surrogate character", "$", "names are plain text");
    }

    private static ArchitectureDocument ReadRoot(JsonCursor root)
    {
        root.Allow("$schema", "schemaVersion", "name", "description", "rename", "parameters", "modules", "inputs", "nodes", "outputs");
        var version = root.Required("schemaVersion");
        if (version.Integer() != 1)
            throw version.Malformed($"schema version {version.Integer()} is not known; this product reads version 1");
        root.Optional("$schema")?.Text();
        var name = root.Required("name");
        if (!ArchitectureName().IsMatch(name.Text()))
            throw name.Malformed("a name of lower-case letters, digits, '.', '_' and '-' is expected");

        var modules = ModuleReader.Read(root.Optional("modules"));
        var inputs = root.Required("inputs").Items().Select(ReadInput).ToList();
        if (inputs.Count == 0)
            throw root.Required("inputs").Malformed("at least one input is needed");
        var nodes = NodeReader.ReadAll(root.Required("nodes"), modules);
        var outputs = root.Optional("outputs") is { } list
            ? list.Items().Select(ReadOutput).ToList()
            : [new OutputTemplate("output", null, null, "$.nodes")];
        if (outputs.Count == 0)
            throw root.Required("outputs").Malformed("at least one output is needed");
        ModuleCycle.Refuse(modules.Templates);
        return new ArchitectureDocument(
            name.Text(), root.Optional("description")?.Text(), [.. ReadParameters(root.Optional("parameters"))], modules.Templates, inputs, nodes, outputs,
            RenameReader.Read(root.Optional("rename")));
    }

    private static IEnumerable<ParameterTemplate> ReadParameters(JsonCursor? parameters)
    {
        foreach (var (name, value) in parameters?.Properties() ?? [])
        {
            if (!Identifier().IsMatch(name))
                throw value.Malformed("a parameter is named with letters, digits and '_'");
            yield return new ParameterTemplate(name, ValueReader.Parameter(value), value.Path);
        }
    }

    private static InputTemplate ReadInput(JsonCursor input)
    {
        input.Allow("name", "dtype", "shape", "example");
        var type = input.Optional("dtype");
        if (type?.Text() is not (null or "float32" or "int64"))
            throw type!.Value.Malformed("an input is 'float32' or 'int64'");
        return new InputTemplate(
            input.Required("name").Identifier(),
            ValueReader.Sizes(input.Required("shape")),
            input.Optional("example") is { } example ? ValueReader.Sizes(example) : null,
            type?.Text() == "int64",
            input.Path);
    }

    private static OutputTemplate ReadOutput(JsonCursor output)
    {
        output.Allow("name", "from", "if");
        return new OutputTemplate(output.Required("name").Identifier(), output.Optional("from")?.Reference(), output.Optional("if")?.Expression(), output.Path);
    }

    [GeneratedRegex(@"\\u[dD][89a-fA-F]")]
    private static partial Regex LoneSurrogate();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?\z")]
    private static partial Regex ArchitectureName();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex Identifier();
}
