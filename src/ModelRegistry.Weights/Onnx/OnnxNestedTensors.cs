namespace ModelRegistry.Weights;

/// <summary>
/// Tensors that stand in attributes of operators, in the sub-graphs of If, Loop and Scan, and in functions. They are no initialisers of the model, but
/// their data may stand in files as well, and a runtime opens those.
/// </summary>
internal static class OnnxNestedTensors
{
    private const int MaxStringBytes = 4096;

    // Protobuf reads a hundred messages inside each other, and a sub-graph takes three.
    private const int MaxDepth = 40;

    /// <summary>Adds the tensors of an <c>AttributeProto</c> whose data is in files.</summary>
    public static void OfAttribute(ProtobufReader attribute, List<OnnxInitializer> external, int depth = 0)
    {
        while (attribute.MoveNext())
        {
            switch (attribute.Field)
            {
                case 5 or 10:
                    Add(attribute.Message(), external);
                    break;
                case 6 or 11:
                    OfGraph(attribute.Message(), external, depth + 1);
                    break;
                default:
                    attribute.Skip();
                    break;
            }
        }
    }

    /// <summary>Adds those of the operators of a <c>FunctionProto</c>.</summary>
    public static void OfFunction(ProtobufReader function, List<OnnxInitializer> external) => OfNodes(function, nodes: 7, initializers: 0, external, depth: 0);

    private static void OfGraph(ProtobufReader graph, List<OnnxInitializer> external, int depth)
    {
        if (depth > MaxDepth) throw OnnxError.Invalid($"it has more than {MaxDepth} graphs inside each other", $"byte {graph.Offset}");
        OfNodes(graph, nodes: 1, initializers: 5, external, depth);
    }

    private static void OfNodes(ProtobufReader owner, int nodes, int initializers, List<OnnxInitializer> external, int depth)
    {
        while (owner.MoveNext())
        {
            if (owner.Field == nodes)
            {
                for (var node = owner.Message(); node.MoveNext();)
                {
                    if (node.Field == 5) OfAttribute(node.Message(), external, depth);
                    else node.Skip();
                }
            }
            else if (owner.Field == initializers)
            {
                Add(owner.Message(), external);
            }
            else
            {
                owner.Skip();
            }
        }
    }

    private static void Add(ProtobufReader tensor, List<OnnxInitializer> external)
    {
        if (OnnxInitializer.Read(tensor, MaxStringBytes, named: false) is { External: not null } read) external.Add(read);
    }
}
