using System.Collections.Immutable;

namespace ModelRegistry.Weights.Onnx;

/// <summary>Reads <c>ModelProto</c> and the header parts of its <c>GraphProto</c>; nodes are counted, and of their attributes only tensors are seen.</summary>
internal sealed class OnnxGraphReader
{
    /// <summary>Names, domains and versions are words; documentation strings are skipped, not read.</summary>
    private const int MaxStringBytes = 4096;

    /// <summary>Metadata values hold label lists and the like.</summary>
    private const int MaxMetadataBytes = 1 << 20;

    private const int MaxMetadata = 10_000;
    private const int MaxOpsets = 1_000;
    private const int MaxValues = 10_000;
    private const int MaxOperatorKinds = 10_000;

    private readonly Dictionary<string, int> _operators = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _opsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<OnnxInitializer> _initializers = [];
    private readonly OnnxNestedTensors _nested = new();
    private readonly HashSet<string> _initializerNames = new(StringComparer.Ordinal);
    private long? _irVersion;
    private string _producer = "";
    private string _producerVersion = "";
    private string _graphName = "";
    private bool _hasGraph;
    private int _nodes;
    private int _sparse;

    private OnnxGraphReader()
    {
    }

    /// <summary>The header, the weights of all graphs, and other tensors that have their data in files.</summary>
    /// <exception cref="WeightsFormatException">MR0560 or MR0561.</exception>
    public static (OnnxModel Model, IReadOnlyList<OnnxInitializer> Weights, IReadOnlyList<OnnxInitializer> External) Read(ReadOnlySpan<byte> file)
    {
        var reader = new OnnxGraphReader();
        reader.ReadModel(new ProtobufReader(file, 0));
        return (reader.Build(), [.. reader._initializers, .. reader.NestedWeights()], reader._nested.External);
    }

    // Nothing demands that operators or functions have names of their own; the tensors of a file do.
    private IEnumerable<OnnxInitializer> NestedWeights()
    {
        var names = new HashSet<string>(_initializerNames, StringComparer.Ordinal);
        foreach (var weight in _nested.Weights)
        {
            var name = weight.Name;
            while (!names.Add(name)) name = $"{name}#{weight.Message.Offset}";
            yield return weight with { Name = name };
        }
    }

    private OnnxModel Build()
    {
        if (_irVersion is not { } irVersion || !_hasGraph)
            throw OnnxError.Invalid("it lacks an ir_version or a graph");
        return new OnnxModel
        {
            IrVersion = irVersion,
            ProducerName = _producer,
            ProducerVersion = _producerVersion,
            GraphName = _graphName,
            Opsets = _opsets.ToImmutableSortedDictionary(StringComparer.Ordinal),
            // Before IR version 4 every initialiser had to be listed as an input as well.
            Inputs = [.. _inputs.Where(input => !_initializerNames.Contains(input.Name))],
            Outputs = [.. _outputs],
            Operators = _operators.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Metadata = _metadata.ToImmutableSortedDictionary(StringComparer.Ordinal),
            SparseInitializers = _sparse,
        };
    }

    private void ReadModel(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    _irVersion = (long)reader.Varint();
                    break;
                case 2:
                    _producer = reader.String(MaxStringBytes);
                    break;
                case 3:
                    _producerVersion = reader.String(MaxStringBytes);
                    break;
                case 7:
                    if (_hasGraph)
                        throw OnnxError.Invalid("it has more than one graph", $"byte {reader.Offset}");
                    _hasGraph = true;
                    ReadGraph(reader.Message());
                    break;
                case 8:
                    ReadOpset(reader.Message());
                    break;
                case 14:
                    ReadMetadata(reader.Message());
                    break;
                case 25:
                    _nested.OfFunction(reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadGraph(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadNode(reader.Message());
                    break;
                case 2:
                    _graphName = reader.String(MaxStringBytes);
                    break;
                case 5:
                    ReadInitializer(reader.Message());
                    break;
                case 11:
                    AddValue(_inputs, reader.Message());
                    break;
                case 12:
                    AddValue(_outputs, reader.Message());
                    break;
                case 15:
                    _sparse++;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadInitializer(ProtobufReader message)
    {
        var start = message.Offset;
        if (_initializers.Count == WeightsLimits.Tensors)
            throw OnnxError.Invalid($"it has more than {WeightsLimits.Tensors} initialisers", $"byte {start}");
        var initializer = OnnxInitializer.Read(message, MaxStringBytes);
        if (!_initializerNames.Add(initializer.Name))
            throw OnnxError.Invalid($"initialiser {Display.Quote(initializer.Name)} stands in it twice", $"byte {start}");
        _initializers.Add(initializer);
    }

    private static void AddValue(List<OnnxValue> values, ProtobufReader message)
    {
        if (values.Count == MaxValues)
            throw OnnxError.Invalid($"its graph has more than {MaxValues} inputs or outputs", $"byte {message.Offset}");
        values.Add(OnnxTypeReader.ReadValue(message, MaxStringBytes));
    }

    private void ReadNode(ProtobufReader reader)
    {
        var start = reader.Offset;
        _nested.OfNode(reader, _nodes++);
        var (domain, type) = ("", "");
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 4:
                    type = reader.String(MaxStringBytes);
                    break;
                case 7:
                    domain = reader.String(MaxStringBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        var name = OnnxNode.NameOf(domain, type);
        _operators[name] = _operators.GetValueOrDefault(name) + 1;
        if (_operators.Count > MaxOperatorKinds)
            throw OnnxError.Invalid($"its graph has more than {MaxOperatorKinds} kinds of operators", $"byte {start}");
    }

    private void ReadOpset(ProtobufReader reader)
    {
        var start = reader.Offset;
        var domain = "";
        long version = 0;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    domain = reader.String(MaxStringBytes);
                    break;
                case 2:
                    version = (long)reader.Varint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (_opsets.Count == MaxOpsets)
            throw OnnxError.Invalid($"it imports more than {MaxOpsets} operator sets", $"byte {start}");
        // Exporters do write the same import twice; only two versions of one set would mean two different models.
        if (!_opsets.TryAdd(domain == "ai.onnx" ? "" : domain, version) && _opsets[domain == "ai.onnx" ? "" : domain] != version)
            throw OnnxError.Invalid($"it imports operator set {Display.Quote(domain)} in two versions", $"byte {start}");
    }

    private void ReadMetadata(ProtobufReader reader)
    {
        var start = reader.Offset;
        var (key, value) = ("", "");
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.String(MaxStringBytes);
                    break;
                case 2:
                    value = reader.String(MaxMetadataBytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (_metadata.Count == MaxMetadata)
            throw OnnxError.Invalid($"it has more than {MaxMetadata} metadata properties", $"byte {start}");
        if (!_metadata.TryAdd(key, value))
            throw OnnxError.Invalid($"metadata property {Display.Quote(key)} stands in it twice", $"byte {start}");
    }
}
