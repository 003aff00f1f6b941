using ModelRegistry.Inference.Architectures.Document;
using ModelRegistry.Inference.Architectures.Expressions;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Architectures.Expansion;

/// <summary>Unrolls loops, decides conditions and reads sizes from the tensors: a document and a state dict become a graph.</summary>
internal sealed class GraphBuilder
{
    private readonly ArchitectureDocument _document;
    private readonly ExpressionScope _root;
    private readonly List<GraphNode> _nodes = [];
    private int _steps;

    private GraphBuilder(ArchitectureDocument document, IWeightSource weights, TensorRequirements requirements)
    {
        _document = document;
        _root = new ExpressionScope(weights, requirements.Missing);
    }

    /// <exception cref="InferenceException">The document asks for something impossible; the JSON path is named.</exception>
    internal static Graph Build(ArchitectureDocument document, IWeightSource weights, TensorRequirements requirements) =>
        new GraphBuilder(document, weights, requirements).Build();

    private Graph Build()
    {
        foreach (var parameter in _document.Parameters)
            _root.Define(parameter.Name, ToExpressionValue(Resolve(parameter.Value, _root)));
        var names = new NameScope("", _document.Nodes);
        var inputs = _document.Inputs.Select(ResolveInput).ToList();
        for (var i = 0; i < inputs.Count; i++)
            names.Define(inputs[i].Name, i, _document.Inputs[i].Path);
        var last = ExpandAll(_document.Nodes, names, _root, 0);
        var outputs = _document.Outputs
            .Where(output => output.Condition is null || Located(output.Path, () => output.Condition.Evaluate(_root).AsBoolean()))
            .Select(output => new GraphOutput(output.Name, output.From is null ? last : names.Lookup(Interpolate(output.From, _root, output.Path), output.Path)))
            .ToList();
        if (outputs.Count == 0)
            throw new InferenceException(InferenceCodes.ArchitectureMalformed, "every output has a condition that is false", "$.outputs", "a network yields something");
        var graph = new Graph(_document.Name, inputs, _nodes, outputs);
        UnusedNodes.Refuse(graph);
        return graph;
    }

    private GraphInput ResolveInput(InputTemplate input)
    {
        var shape = (long[])Resolve(input.Shape, _root)!;
        if (shape.Length is 0 or > ArchitectureLimits.Rank || shape.Any(size => size is 0 or < Dimension.Unknown or > Dimension.Largest))
            throw new InferenceException(InferenceCodes.ArchitectureMalformed, $"input '{input.Name}' has the shape {Dimension.Show(shape)}", input.Path, "sizes are positive, or -1 for any");
        var example = input.Example is null ? null : (long[]?)Resolve(input.Example, _root);
        if (example is not null && (example.Any(size => size is 0 or < Dimension.Unknown) || !Dimension.Compatible(example, shape)))
            throw new InferenceException(InferenceCodes.ArchitectureMalformed, $"the example {Dimension.Show(example)} is no input of shape {Dimension.Show(shape)}", input.Path);
        return new GraphInput(input.Name, shape, example, input.IsInteger);
    }

    private int ExpandAll(IReadOnlyList<NodeTemplate> nodes, NameScope names, ExpressionScope scope, int current)
    {
        foreach (var node in nodes)
            current = Expand(node, names, scope, current);
        return current;
    }

    private int Expand(NodeTemplate node, NameScope names, ExpressionScope scope, int current)
    {
        CountStep(node.Path);
        var inputs = ResolveInputs(node, names, scope, current);
        var result = inputs.Length > 0 ? inputs[0] : current;
        if (node.Condition is null || Located(node.Path, () => node.Condition.Evaluate(scope).AsBoolean()))
            result = node.Repeat is null ? ExpandBody(node, names, scope, inputs) : ExpandLoop(node, node.Repeat, names, scope, inputs);
        if (node.Id is not null)
            names.Define(Interpolate(node.Id, scope, node.Path), result, node.Path);
        return result;
    }

    private int ExpandLoop(NodeTemplate node, RepeatTemplate repeat, NameScope names, ExpressionScope scope, int[] inputs)
    {
        var count = Count(repeat.Count, scope, node.Path);
        if (count is < 0 or > ArchitectureLimits.ExpansionSteps)
            throw TooLarge($"'repeat' is {count}, not between 0 and {ArchitectureLimits.ExpansionSteps}", node.Path);
        if (inputs.Length == 0 && count > 0)
            throw new InferenceException(InferenceCodes.ReferenceUndefined, "a repeated node needs an input", node.Path);
        var from = repeat.From is null ? 0 : Count(repeat.From, scope, node.Path);
        for (var i = 0L; i < count; i++)
        {
            CountStep(node.Path);
            var iteration = scope.Nested();
            iteration.Define(repeat.Variable, new IntegerValue(unchecked(from + i * repeat.Step)));
            inputs = [ExpandBody(node, names, iteration, inputs), .. inputs[1..]];
        }

        return inputs[0];
    }

    private int ExpandBody(NodeTemplate node, NameScope names, ExpressionScope scope, int[] inputs) => node switch
    {
        OperationTemplate operation => Append(operation, names, scope, inputs),
        ModuleUseTemplate use => ExpandModule(use, names, scope, inputs),
        GroupTemplate group => inputs.Length == 1
            ? ExpandAll(group.Nodes, names, scope, inputs[0])
            : throw new InferenceException(InferenceCodes.ReferenceUndefined, "a group takes one input", node.Path, "its nodes may name others"),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private int ExpandModule(ModuleUseTemplate use, NameScope names, ExpressionScope scope, int[] inputs)
    {
        var module = _document.Modules[use.Module];
        if (inputs.Length != module.Inputs.Count)
            throw new InferenceException(InferenceCodes.ReferenceUndefined, $"module '{module.Name}' takes {module.Inputs.Count} inputs, not {inputs.Length}", use.Path);
        var inner = _root.Nested();
        string? label = null;
        foreach (var (name, kind) in module.Arguments)
        {
            var argument = use.Arguments[name];
            var value = Resolve(argument, scope);
            if (value is not null && (kind, value) is not ((ArgumentKind.Name, string) or (ArgumentKind.Integer, long) or (ArgumentKind.Boolean, bool)))
                throw new InferenceException(InferenceCodes.ExpressionInvalid, $"argument '{name}' of module '{module.Name}' is of another kind", argument.Path);
            label ??= value as string;
            inner.Define(name, ToExpressionValue(value));
        }

        label ??= names.Prefix + (use.Id is null ? module.Name : Interpolate(use.Id, scope, use.Path));
        var local = new NameScope(label + ".", module.Nodes);
        for (var i = 0; i < inputs.Length; i++)
            local.Define(module.Inputs[i], inputs[i], module.Path);
        return ExpandAll(module.Nodes, local, inner, inputs[0]);
    }

    private int Append(OperationTemplate node, NameScope names, ExpressionScope scope, int[] inputs)
    {
        var operation = node.Operation;
        if (inputs.Length < operation.MinimumInputs || inputs.Length > operation.MaximumInputs)
        {
            var wanted = operation.MinimumInputs == operation.MaximumInputs ? $"{operation.MinimumInputs}" : $"at least {operation.MinimumInputs}";
            throw new InferenceException(InferenceCodes.ReferenceUndefined, $"{operation} takes {wanted} inputs, not {inputs.Length}", node.Path, "list them in 'in'");
        }

        if (_nodes.Count >= ArchitectureLimits.Nodes)
            throw TooLarge($"the network has more than {ArchitectureLimits.Nodes} nodes", node.Path);
        var attributes = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, template) in node.Attributes)
        {
            if (Resolve(template, scope) is { } value)
                attributes.Add(name, AttributeCheck.Normalize(operation.Attributes.First(spec => spec.Name == name), value, template.Path));
        }

        // A required size that hangs on a missing tensor: the load is refused anyway, with the key.
        foreach (var spec in operation.Attributes.Where(spec => spec.Required && !attributes.ContainsKey(spec.Name)))
            attributes.Add(spec.Name, AttributeCheck.Normalize(spec, 1L, node.Path));
        var key = node.Key is null ? null : Interpolate(node.Key, scope, node.Path);
        var label = key ?? names.Prefix + (node.Id is null ? operation.Name : Interpolate(node.Id, scope, node.Path));
        _nodes.Add(new GraphNode(label, operation, inputs, new AttributeValues(operation, attributes), key, node.Path));
        return _document.Inputs.Count + _nodes.Count - 1;
    }

    private static int[] ResolveInputs(NodeTemplate node, NameScope names, ExpressionScope scope, int current)
    {
        if (node.Inputs is null)
            return node is OperationTemplate { Operation.MaximumInputs: 0 } ? [] : [current];
        return [.. node.Inputs.Select(input => names.Lookup(Interpolate(input, scope, node.Path), input, node))];
    }

    private void CountStep(string path)
    {
        if (++_steps > ArchitectureLimits.ExpansionSteps)
            throw TooLarge($"unrolling the network takes more than {ArchitectureLimits.ExpansionSteps} steps", path);
    }

    private static InferenceException TooLarge(string message, string path) =>
        new(InferenceCodes.ExpansionLimit, message, path, "check the 'repeat' counts");

    private static ExpressionValue ToExpressionValue(object? value) => value switch
    {
        long integer => new IntegerValue(integer),
        bool truth => new BooleanValue(truth),
        string text => new TextValue(text),
        long[] list => new ListValue(list),
        _ => UnknownValue.Instance,
    };

    private static object? Resolve(ValueTemplate template, ExpressionScope scope) => Located(template.Path, () => template.Resolve(scope));

    // What hangs on a missing tensor counts as none: the load is refused anyway, with the key.
    private static long Count(Expression expression, ExpressionScope scope, string path) =>
        Located(path, () => expression.Evaluate(scope) is var value && value is UnknownValue ? 0 : value.AsInteger());

    private static string Interpolate(string template, ExpressionScope scope, string path) => Located(path, () => Expression.Interpolate(template, scope));

    private static T Located<T>(string path, Func<T> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (ExpressionException exception)
        {
            throw new InferenceException(InferenceCodes.ExpressionInvalid, exception.Message, path, inner: exception);
        }
    }
}
