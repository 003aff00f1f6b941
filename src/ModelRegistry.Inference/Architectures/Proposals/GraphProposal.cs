using ModelRegistry.Inference.Weights;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>
/// An architecture for a file that holds a graph: each operator is written in the vocabulary, with the file's own tensors, and the whole is
/// loaded strictly before it is proposed. TorchScript declares no shapes: examples are tried until the operators go together.
/// </summary>
internal static class GraphProposal
{
    private const int MostTrials = 400;

    /// <exception cref="InferenceException">MR0628: an operator has no counterpart, or the code cannot be followed; what stopped it is named.</exception>
    internal static ArchitectureProposal For(WeightsFile file, IWeightSource weights) => file switch
    {
        TorchScriptFile script => FromScript(script, weights),
        OnnxFile onnx => FromOnnx(onnx, weights),
        _ => throw new ArgumentException("only TorchScript and ONNX files hold a graph", nameof(file)),
    };

    // A file may have operators with too few inputs, axes that are not there, sizes that overflow: all one refusal.
    private static T Guarded<T>(Func<T> follow)
    {
        try
        {
            return follow();
        }
        catch (Exception failure) when (failure is ArgumentException or IndexOutOfRangeException or InvalidCastException or OverflowException or KeyNotFoundException or NullReferenceException or DivideByZeroException or InvalidOperationException or FormatException)
        {
            throw new InferenceException(InferenceCodes.ArchitectureNotTold, $"the operators of the file's graph do not go together: {DisplayText.Escape(failure.Message)}", inner: failure);
        }
    }

    private static ArchitectureProposal FromScript(TorchScriptFile file, IWeightSource weights)
    {
        var program = new ScriptProgram(file);
        var parameters = program.Forward.Parameters.Skip(1).Where(parameter => parameter.Default is null && !parameter.Type.StartsWith("Optional[", StringComparison.Ordinal)).ToArray();
        (InferenceException Failure, int Reached)? furthest = null;
        foreach (var example in Combinations(parameters.Length, [.. Examples.For(weights)]).Take(MostTrials))
        {
            var graph = new ProposedGraph(weights);
            try
            {
                var inputs = example.Select((one, i) => graph.Input(parameters[i].Name, one.DType, one.Small, one.Large)).ToArray();
                var arguments = program.Forward.Parameters.Skip(1).Select(p => Array.IndexOf(parameters, p) is >= 0 and var at ? (object?)inputs[at] : null).ToArray();
                return Propose(graph, Outputs(Guarded(() => program.Follow(graph, arguments)), "output"), weights, "TorchScript", ["the code tells no shapes of inputs: those written are examples that fit"]);
            }
            catch (InferenceException failure) when (!program.IsTooDeep)
            {
                if (furthest is null || graph.Reached > furthest.Value.Reached) furthest = (failure, graph.Reached);
            }
        }

        throw furthest?.Failure ?? ScriptProgram.Lost("nothing tells what the input is");
    }

    private static ArchitectureProposal FromOnnx(OnnxFile file, IWeightSource weights)
    {
        var nodes = file.ReadNodes();
        InferenceException? failure = null;
        foreach (var flexible in new[] { true, false })
        {
            var graph = new ProposedGraph(weights);
            try
            {
                var inputs = Guarded(() => file.Model.Inputs.Select(input => (input.Name, graph.Input(Names.Plain(input.Name), input.DType == DType.Int64 ? "int64" : null, Shape(input, 0, flexible), Shape(input, 1, flexible)))).ToList());
                return Propose(graph, Guarded(() => new OnnxOperators(graph, file).Follow(nodes, inputs)), weights, "ONNX", []);
            }
            catch (InferenceException one)
            {
                failure ??= one;
            }
        }

        throw failure!;
    }

    private static long[] Shape(OnnxValue input, int which, bool flexible) => input.Dimensions.IsDefault
        ? throw ScriptProgram.Lost($"the input {input.Name} has no shape")
        : [.. input.Dimensions.Select((dimension, axis) => dimension.Extent >= 0 ? dimension.Extent : (axis, input.Dimensions.Length, flexible ? which : 0) switch
        {
            (0, _, _) => 2 + which,
            (> 1, >= 4, 0) => 224,
            (> 1, >= 4, _) => 224 + (32 * (axis - 1)),
            (_, _, 0) => 7,
            _ => 11,
        })];

    private static ArchitectureProposal Propose(ProposedGraph graph, IReadOnlyList<(string Name, ProposedValue Value)> outputs, IWeightSource weights, string format, IReadOnlyList<string> notes)
    {
        if (graph.Unknown.Count > 0)
        {
            throw new InferenceException(
                InferenceCodes.ArchitectureNotTold, $"the vocabulary has no word for {string.Join(", ", graph.Unknown.Take(20).Select(name => DisplayText.Escape(name)))}",
                hint: "docs/schemas/architecture.schema.json lists the operations; export the network without these, or run it by an engine that reads the file itself");
        }

        if (outputs.Count == 0) throw ScriptProgram.Lost("it yields no tensor");
        var json = graph.ToJson("proposed", $"Proposed from the graph of a {format} file.", outputs);
        var architecture = Architecture.Parse(json);
        var bound = architecture.Bind(weights);
        return new ArchitectureProposal(architecture, [], [.. bound.Notes, .. notes, "compare the outputs with those of the training code"]);
    }

    private static List<(string Name, ProposedValue Value)> Outputs(object? result, string name) => result switch
    {
        ProposedValue value => [(name, value)],
        List<object?> items => [.. items.SelectMany((item, i) => Outputs(item, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}{i}")))],
        Dictionary<string, object?> items => [.. items.SelectMany(item => Outputs(item.Value, Names.Plain(item.Key)))],
        null => [],
        _ => throw ScriptProgram.Lost("it yields something that is no tensor"),
    };

    // The same for all inputs first: then each with each.
    private static IEnumerable<Example[]> Combinations(int count, Example[] examples)
    {
        foreach (var one in examples) yield return [.. Enumerable.Repeat(one, count)];
        if (count is < 2 or > 3) yield break;
        foreach (var first in examples)
        {
            foreach (var second in examples)
            {
                if (!ReferenceEquals(first, second)) yield return count == 2 ? [first, second] : [first, second, second];
            }
        }
    }
}
