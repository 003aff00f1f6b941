using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>Reads the entries of <c>nodes</c>.</summary>
internal static class NodeReader
{
    /// <summary>Properties that every node may have; no attribute of an operation is called so.</summary>
    private static readonly string[] s_forms = ["op", "module", "nodes"];

    internal static readonly string[] Common = ["comment", "id", "in", "if", "repeat", "as", "from", "step"];

    internal static List<NodeTemplate> ReadAll(JsonCursor nodes, ModuleReader modules)
    {
        var result = nodes.Items().Select(node => Read(node, modules)).ToList();
        return result.Count > 0 ? result : throw nodes.Malformed("at least one node is needed");
    }

    private static NodeTemplate Read(JsonCursor node, ModuleReader modules)
    {
        node.Expect(System.Text.Json.JsonValueKind.Object, "a node object");
        var forms = s_forms.Where(form => node.Optional(form) is not null).ToList();
        if (forms.Count != 1)
            throw node.Malformed("a node has exactly one of 'op', 'module' and 'nodes'");
        node.Optional("comment")?.Text();
        NodeTemplate body = forms[0] switch
        {
            "op" => ReadOperation(node),
            "module" => ReadModuleUse(node, modules),
            _ => ReadGroup(node, modules),
        };
        return body with
        {
            Id = node.Optional("id")?.Reference(),
            Inputs = node.Optional("in") is { } inputs ? ReadInputs(inputs) : null,
            Condition = node.Optional("if")?.Expression(),
            Repeat = ReadRepeat(node),
        };
    }

    private static OperationTemplate ReadOperation(JsonCursor node)
    {
        var name = node.Required("op");
        var operation = OperationCatalogue.Find(name.Text()) ?? throw new InferenceException(
            InferenceCodes.OperationUnknown,
            $"unknown operation '{DisplayText.Escape(name.Text())}'",
            name.Path,
            Suggestion.For(name.Text(), OperationCatalogue.All.Select(known => known.Name)));
        var attributes = new Dictionary<string, ValueTemplate>(StringComparer.Ordinal);
        foreach (var (property, value) in node.Properties())
        {
            if (property is "op" || Common.Contains(property) || (property is "key" && operation.HasKey))
                continue;
            var spec = operation.Attributes.FirstOrDefault(attribute => attribute.Name == property) ?? throw new InferenceException(
                InferenceCodes.AttributeInvalid,
                $"{operation} has no attribute '{DisplayText.Escape(property)}'",
                value.Path,
                Suggestion.For(property, operation.Attributes.Select(attribute => attribute.Name)));
            attributes.Add(property, ValueReader.Attribute(value, spec));
        }

        var absent = operation.Attributes.FirstOrDefault(attribute => attribute.Required && !attributes.ContainsKey(attribute.Name));
        if (absent is not null)
            throw new InferenceException(InferenceCodes.AttributeInvalid, $"{operation} needs the attribute '{absent.Name}'", node.Path, absent.Summary);
        var key = operation.HasKey ? node.Required("key").Text() : null;
        if (key?.Length > ArchitectureLimits.NameLength)
            throw node.Required("key").Malformed($"a key has at most {ArchitectureLimits.NameLength} characters");
        return new OperationTemplate(node.Path, operation, key, attributes);
    }

    private static ModuleUseTemplate ReadModuleUse(JsonCursor node, ModuleReader modules)
    {
        node.Allow([.. Common, "module", "with"]);
        var module = node.Required("module");
        var signature = modules.Signature(module.Text()) ?? throw new InferenceException(
            InferenceCodes.ReferenceUndefined, $"no module is called '{DisplayText.Escape(module.Text())}'", module.Path, Suggestion.For(module.Text(), modules.Names));
        var arguments = new Dictionary<string, ValueTemplate>(StringComparer.Ordinal);
        foreach (var (name, value) in node.Optional("with")?.Properties() ?? [])
        {
            if (!signature.TryGetValue(name, out var kind))
                throw value.Malformed($"module '{module.Text()}' has no argument '{DisplayText.Escape(name)}'");
            arguments.Add(name, ValueReader.Argument(value, kind));
        }

        var absent = signature.Keys.FirstOrDefault(name => !arguments.ContainsKey(name));
        return absent is null
            ? new ModuleUseTemplate(node.Path, module.Text(), arguments)
            : throw node.Malformed($"module '{module.Text()}' needs the argument '{absent}'");
    }

    private static GroupTemplate ReadGroup(JsonCursor node, ModuleReader modules)
    {
        node.Allow([.. Common, "nodes"]);
        return new GroupTemplate(node.Path, ReadAll(node.Required("nodes"), modules));
    }

    private static List<string> ReadInputs(JsonCursor inputs)
    {
        if (inputs.Kind == System.Text.Json.JsonValueKind.String)
            return [inputs.Reference()];
        var names = inputs.Items().Select(input => input.Reference()).ToList();
        return names.Count <= ArchitectureLimits.NodeInputs ? names : throw inputs.Malformed($"a node has at most {ArchitectureLimits.NodeInputs} inputs");
    }

    private static RepeatTemplate? ReadRepeat(JsonCursor node)
    {
        if (node.Optional("repeat") is not { } count)
        {
            var stray = node.Optional("as") ?? node.Optional("from") ?? node.Optional("step");
            return stray is null ? null : throw stray.Value.Malformed("stands only beside 'repeat'");
        }

        var step = node.Optional("step")?.Integer() ?? 1;
        return new RepeatTemplate(count.Expression(), node.Optional("as")?.Identifier() ?? "i", node.Optional("from")?.Expression(), step);
    }
}
