using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelRegistry.Inference.Graphs;
using ModelRegistry.Inference.Operations;
using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>A tensor that the proposed network computes, with its shape for each of two example inputs: what is equal in both is fixed.</summary>
internal sealed record ProposedValue(int Node, long[] Small, long[] Large)
{
    internal int Rank => Small.Length;

    internal bool IsFixed(int axis) => Small[axis] == Large[axis];

    internal int Axis(long axis) => (int)(axis < 0 ? axis + Rank : axis);
}

/// <summary>Collects the nodes that a graph's operators become, and writes them as an architecture.</summary>
internal sealed class ProposedGraph(IWeightSource weights)
{
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string? Input, Operation? Operation, int[] From, string? Key, Dictionary<string, object> Given)> _nodes = [];
    private readonly List<(string Name, string? DType, long[] Small, long[] Large)> _inputs = [];
    private readonly List<ProposedValue> _values = [];
    private readonly RenamedNames _names = new(weights);
    private readonly Dictionary<string, ProposedValue> _parameters = new(StringComparer.Ordinal);

    /// <summary>Operators that have no counterpart, in the order of the graph.</summary>
    internal List<string> Unknown { get; } = [];

    /// <summary>How many nodes there are.</summary>
    internal int Reached => _nodes.Count;

    internal IWeightSource Weights => weights;

    internal ProposedValue Input(string name, string? dtype, long[] small, long[] large)
    {
        _inputs.Add((name, dtype, small, large));
        _nodes.Add((name, null, [], null, []));
        var value = new ProposedValue(_nodes.Count - 1, small, large);
        _values.Add(value);
        return value;
    }

    /// <summary>Adds a node; its shapes are inferred at once.</summary>
    /// <param name="operation">A word of the vocabulary.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="tensors">Role and name of each tensor of the file that it takes.</param>
    /// <param name="attributes">Whole numbers and lists of them, numbers, booleans, choices; null leaves one out.</param>
    /// <exception cref="InferenceException">The shapes do not go together.</exception>
    internal ProposedValue Add(string operation, IReadOnlyList<ProposedValue> inputs, IReadOnlyList<(string Role, string Tensor)>? tensors = null, params IEnumerable<(string Name, object? Value)> attributes)
    {
        var found = OperationCatalogue.Find(operation)!;
        // Whole numbers come from an input of whole numbers alone.
        if (operation == "embedding" && _nodes[inputs[0].Node] is { Input: not null } && _inputs.Exists(input => input.Name == _nodes[inputs[0].Node].Input && input.DType is null))
            throw new InferenceException(InferenceCodes.ShapeMismatch, "embedding takes whole numbers");
        var given = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
                given[name] = Fitting(found.Attributes.Single(spec => spec.Name == name), value);
        }

        if (_nodes.Count >= ArchitectureLimits.Nodes) throw new InferenceException(InferenceCodes.ArchitectureNotTold, $"the graph has more than {ArchitectureLimits.Nodes} operators");
        var key = tensors is null ? null : _names.KeyFor(tensors)
            ?? throw new InferenceException(InferenceCodes.ArchitectureNotTold, $"two operations share the tensor '{DisplayText.Escape(tensors[0].Tensor)}' with different others", hint: "describe the network by hand, in the same vocabulary");
        var node = new GraphNode($"{operation} {_nodes.Count}", found, [.. inputs.Select(input => input.Node)], new AttributeValues(found, given), key, "$");
        _nodes.Add((null, found, [.. node.Inputs], node.Key, given));
        var result = new ProposedValue(_nodes.Count - 1, Infer(node, [.. inputs.Select(input => input.Small)]), Infer(node, [.. inputs.Select(input => input.Large)]));
        _values.Add(result);
        return result;
    }

    /// <summary>A tensor of the file as a value.</summary>
    internal ProposedValue Parameter(string name)
    {
        if (!_parameters.TryGetValue(name, out var value))
            _parameters[name] = value = Add("parameter", [], [("", name)], ("shape", weights.Shape(name)!.ToArray()));
        return value;
    }

    /// <summary>A value that is as large along a dimension as these sizes: an input before anything computed.</summary>
    /// <param name="small">Size for the first example.</param>
    /// <param name="large">Size for the second.</param>
    /// <param name="axis">The dimension that it must be; any when left out.</param>
    internal (ProposedValue Value, int Axis)? Like(long small, long large, int? axis = null)
    {
        foreach (var value in _values)
        {
            for (var i = axis ?? 0; i < (axis + 1 ?? value.Rank) && i < value.Rank; i++)
            {
                if (value.Small[i] == small && value.Large[i] == large) return (value, i);
            }
        }

        return null;
    }

    /// <summary>A value [N, C, H, W] of this height and width.</summary>
    internal ProposedValue? LikePicture(IReadOnlyList<(long Small, long Large)> size) =>
        _values.FirstOrDefault(value => value.Rank == 4 && size.Select((one, i) => value.Small[2 + i] == one.Small && value.Large[2 + i] == one.Large).All(same => same));

    internal ProposedValue Constant(double value) => Add("constant", [], null, ("value", value));

    /// <summary>Whether an operation can have these tensors under one key.</summary>
    internal bool CanName(IReadOnlyList<(string Role, string Tensor)> tensors) => _names.KeyFor(tensors) is not null;

    /// <summary>Remembers an operator without a counterpart, and goes on as if it did nothing.</summary>
    internal ProposedValue? Gap(string name, ProposedValue? like)
    {
        if (!Unknown.Contains(name)) Unknown.Add(name);
        return like;
    }

    internal string ToJson(string name, string description, IReadOnlyList<(string Name, ProposedValue Value)> outputs)
    {
        var needed = Needed(outputs);
        var document = new JsonObject { ["$schema"] = "architecture.schema.json", ["schemaVersion"] = 1, ["name"] = name, ["description"] = description };
        if (Renames(needed) is { Count: > 0 } renames) document["rename"] = renames;
        document["inputs"] = new JsonArray([.. _inputs.Select(input => (JsonNode)InputJson(input))]);
        document["nodes"] = NodesJson(needed, outputs);
        document["outputs"] = new JsonArray([.. outputs.Select(output => (JsonNode)new JsonObject { ["name"] = output.Name, ["from"] = IdOf(output.Value.Node) })]);
        return Layout(document);
    }

    private HashSet<int> Needed(IEnumerable<(string Name, ProposedValue Value)> outputs)
    {
        var needed = new HashSet<int>();
        var stack = new Stack<int>(outputs.Select(output => output.Value.Node));
        while (stack.TryPop(out var index))
        {
            if (needed.Add(index))
                foreach (var from in _nodes[index].From) stack.Push(from);
        }

        return needed;
    }

    private JsonArray Renames(HashSet<int> needed)
    {
        var rules = new JsonArray();
        var keys = _nodes.Where((node, i) => node.Key is not null && needed.Contains(i)).Select(node => node.Key!).ToHashSet(StringComparer.Ordinal);
        foreach (var (from, to) in _names.Renames.SelectMany(rename => rename.Value.Where(rule => keys.Contains(rename.Key) || keys.Contains(rule.To))))
            rules.Add((JsonNode)new JsonObject { ["from"] = $"^{Regex.Escape(from)}$", ["to"] = to.Replace("$", "$$", StringComparison.Ordinal) });
        foreach (var unused in weights.Keys.Where(key => !_names.IsUsed(key, keys)))
            rules.Add((JsonNode)new JsonObject { ["from"] = $"^{Regex.Escape(unused)}$", ["drop"] = true });
        return rules;
    }

    private static JsonObject InputJson((string Name, string? DType, long[] Small, long[] Large) input)
    {
        var json = new JsonObject { ["name"] = input.Name };
        if (input.DType is { } dtype) json["dtype"] = dtype;
        json["shape"] = Numbers(input.Small.Zip(input.Large, (small, large) => small == large ? small : -1));
        json["example"] = Numbers(input.Small.Select((size, i) => i == 0 && input.Large[0] != size ? 1 : size));
        return json;
    }

    private JsonArray NodesJson(HashSet<int> needed, IReadOnlyList<(string Name, ProposedValue Value)> outputs)
    {
        // A node is named where something other than the node after it asks for it.
        var order = Enumerable.Range(0, _nodes.Count).Where(i => needed.Contains(i) && _nodes[i].Operation is not null).ToArray();
        var named = outputs.Select(output => output.Value.Node).ToHashSet();
        var chained = new HashSet<int>();
        for (var i = 0; i < order.Length; i++)
        {
            var from = _nodes[order[i]].From;
            if (i > 0 && from.Length == 1 && from[0] == order[i - 1]) chained.Add(order[i]);
            else named.UnionWith(from);
        }

        var nodes = new JsonArray();
        foreach (var index in order)
        {
            var (_, operation, from, key, given) = _nodes[index];
            var json = new JsonObject();
            if (named.Contains(index)) json["id"] = IdOf(index);
            json["op"] = operation!.Name;
            if (from.Length > 0 && !chained.Contains(index))
                json["in"] = from.Length == 1 ? IdOf(from[0]) : new JsonArray([.. from.Select(f => (JsonNode)IdOf(f))]);
            if (key is not null) json["key"] = key;
            foreach (var spec in operation.Attributes)
            {
                if (given.TryGetValue(spec.Name, out var value) && !IsDefault(spec, value)) json[spec.Name] = Json(value, spec.Kind);
            }

            nodes.Add((JsonNode)json);
        }

        return nodes;
    }

    private string IdOf(int index) => _nodes[index].Input ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"v{index}");

    // One node a line: the file is to be read and edited.
    private static string Layout(JsonObject document)
    {
        var text = new System.Text.StringBuilder("{\n");
        var fields = document.ToArray();
        for (var i = 0; i < fields.Length; i++)
        {
            text.Append("  ").Append(JsonValue.Create(fields[i].Key).ToJsonString(s_relaxed)).Append(": ");
            if (fields[i].Value is JsonArray { Count: > 0 } list)
                text.Append("[\n").AppendJoin(",\n", list.Select(item => $"    {item!.ToJsonString(s_relaxed)}")).Append("\n  ]");
            else
                text.Append(fields[i].Value!.ToJsonString(s_relaxed));
            text.Append(i + 1 < fields.Length ? ",\n" : "\n");
        }

        return text.Append("}\n").ToString();
    }

    private static bool IsDefault(AttributeSpec spec, object value) => spec.Default switch
    {
        null => false,
        long[] list => value is long[] given && list.AsSpan().SequenceEqual(given),
        var other => other.Equals(value),
    };

    private static JsonNode Json(object value, AttributeKind kind) => value switch
    {
        long[] list when kind is AttributeKind.Pair or AttributeKind.Triple && list.All(item => item == list[0]) => JsonValue.Create(list[0]),
        long[] list => Numbers(list),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create((string)value),
    };

    private static JsonArray Numbers(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)JsonValue.Create(number))]);

    private static object Fitting(AttributeSpec spec, object value) => (spec.Kind, value) switch
    {
        (AttributeKind.Integer, long[] list) => list.Length == 1 || list.All(item => item == list[0]) ? list[0] : throw Unfit(spec, list),
        (AttributeKind.Pair, long[] list) => list.Length == 2 ? list : list.Length == 1 ? new[] { list[0], list[0] } : throw Unfit(spec, list),
        (AttributeKind.Triple, long[] list) => list.Length == 3 ? list : list.Length == 1 ? new[] { list[0], list[0], list[0] } : throw Unfit(spec, list),
        (AttributeKind.Pair, long one) => new[] { one, one },
        (AttributeKind.Triple, long one) => new[] { one, one, one },
        (AttributeKind.Number, long number) => (double)number,
        (AttributeKind.Integer, int number) => (long)number,
        _ => value,
    };

    private static InferenceException Unfit(AttributeSpec spec, long[] given) =>
        new(InferenceCodes.ArchitectureNotTold, $"{spec.Name} is [{string.Join(", ", given)}], which the vocabulary has no form for");

    private long[] Infer(GraphNode node, long[][] inputs)
    {
        var requirements = new TensorRequirements(_names);
        var shape = node.Operation.Infer(new NodeInference(node, inputs, requirements));
        if (requirements.HasDifference)
            throw new InferenceException(InferenceCodes.ShapeMismatch, $"{node.Operation.Name} does not fit its tensors: {string.Join("; ", requirements.PartialDifference().Misshapen)}", node.Where);
        return shape.All(size => size > 0) ? shape : throw new InferenceException(InferenceCodes.ShapeMismatch, $"{node.Operation.Name} yields {Dimension.Show(shape)}", node.Where);
    }
}
