using System.Globalization;

namespace ModelRegistry.Weights.Onnx;

/// <summary>
/// Tensors that stand in attributes of operators, in the sub-graphs of If, Loop and Scan, and in functions. Initialisers of sub-graphs are weights like those of
/// the main graph; so are the named tensors of Constant operators, into which optimisers turn initialisers. Of the others those with data in files are kept, because a runtime opens those.
/// </summary>
internal sealed class OnnxNestedTensors
{
    private const int MaxStringBytes = 4096;

    // Protobuf reads a hundred messages inside each other, and a sub-graph takes three.
    private const int MaxDepth = 40;

    // The place stands before every name in it: without an end, a small file would be large in memory.
    private const int MaxPlace = 256;

    private readonly List<OnnxInitializer> _weights = [];
    private readonly List<OnnxInitializer> _external = [];

    /// <summary>Weights, each named with the place where it stands: <c>If_0.then_branch.conv.weight</c>.</summary>
    public IReadOnlyList<OnnxInitializer> Weights => _weights;

    /// <summary>Tensors with data in files that are no weights.</summary>
    public IReadOnlyList<OnnxInitializer> External => _external;

    /// <summary>Adds those of the <paramref name="index"/>th operator of a graph.</summary>
    public void OfNode(ProtobufReader node, int index, string place = "", int depth = 0)
    {
        var owner = new Owner(node, index);
        while (node.MoveNext())
        {
            if (node.Field == 5) OfAttribute(node.Message(), ref owner, place, depth);
            else node.Skip();
        }
    }

    /// <summary>Adds those of the operators of a <c>FunctionProto</c>.</summary>
    public void OfFunction(ProtobufReader function) => OfNodes(function, nodes: 7, initializers: 0, Place("", Text(function, 1)), depth: 0);

    private void OfAttribute(ProtobufReader attribute, ref Owner node, string place, int depth)
    {
        var start = attribute;
        string? inner = null;
        while (attribute.MoveNext())
        {
            switch (attribute.Field)
            {
                case 5 or 10:
                    Add(attribute.Message(), place, initializer: false, isConstant: attribute.Field == 5 && node.Type == "Constant");
                    break;
                case 6 or 11:
                    if (depth == MaxDepth) throw OnnxError.Invalid($"it has more than {MaxDepth} graphs inside each other", $"byte {attribute.Offset}");
                    inner ??= Place(place, $"{node.Name}.{Text(start, 1)}");
                    OfNodes(attribute.Message(), nodes: 1, initializers: 5, inner, depth + 1);
                    break;
                default:
                    attribute.Skip();
                    break;
            }
        }
    }

    private void OfNodes(ProtobufReader owner, int nodes, int initializers, string place, int depth)
    {
        for (var index = 0; owner.MoveNext();)
        {
            if (owner.Field == nodes) OfNode(owner.Message(), index++, place, depth);
            else if (owner.Field == initializers) Add(owner.Message(), place, initializer: true, isConstant: false);
            else owner.Skip();
        }
    }

    private void Add(ProtobufReader tensor, string place, bool initializer, bool isConstant)
    {
        var start = tensor.Offset;
        var read = OnnxInitializer.Read(tensor, MaxStringBytes, named: false);
        if (initializer || (isConstant && IsWeight(read))) _weights.Add(read with { Name = place + read.Name });
        else if (read.External is not null) _external.Add(read);
        if (_weights.Count > WeightsLimits.Tensors) throw OnnxError.Invalid($"it has more than {WeightsLimits.Tensors} initialisers", $"byte {start}");
    }

    // Exporters give the numbers that a graph computes with no name.
    private static bool IsWeight(OnnxInitializer tensor) =>
        tensor.Name.Length > 0 && tensor.Shape.Length > 0 && OnnxElementTypes.Find(tensor.DataType) is { } type and not (DType.Int64 or DType.Int32 or DType.Bool or DType.String);

    private static string Place(string outer, string inner) => outer.Length + inner.Length < MaxPlace ? $"{outer}{inner}." : outer;

    private static string Text(ProtobufReader message, int field)
    {
        var text = "";
        while (message.MoveNext())
        {
            if (message.Field == field) text = message.String(MaxStringBytes);
            else message.Skip();
        }

        return text;
    }

    /// <summary>An operator that holds tensors. What it is called is looked up when it is first asked for, and once, however many tensors it holds.</summary>
    private ref struct Owner(ProtobufReader node, int index)
    {
        private readonly ProtobufReader _node = node;
        private string? _type;
        private string? _name;

        public string Type => _type ??= Text(_node, 4);

        public string Name => _name ??= Text(_node, 3) is { Length: > 0 } own ? own : string.Create(CultureInfo.InvariantCulture, $"{Type}_{index}");
    }
}
