namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>A tensor of zeros, as code makes it for the first state of a recurrent layer.</summary>
internal sealed record ScriptZeros(IReadOnlyList<(long Small, long Large)> Sizes);

/// <summary>Recurrent layers of PyTorch: all layers and directions in one operator, which yields the sequence and the last states.</summary>
internal static class AtenRecurrent
{
    internal static List<object?> Layers(ProposedGraph graph, string operation, ProposedValue x, AtenArguments a)
    {
        // The form for sequences of unequal lengths has its weights one place later.
        if (a.At(2) is not List<object?> weights) throw ScriptProgram.Lost($"{operation} takes packed sequences");
        var (bias, layers, both, batchFirst) = (a.Flag(3, true), a.Integer(4, 1), a.Flag(7, false), a.Flag(8, false));
        string[] parts = bias ? ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] : ["weight_ih", "weight_hh"];
        string[] directions = both ? ["", "_reverse"] : [""];
        if (layers is < 1 or > 64 || weights.Count != parts.Length * directions.Length * layers) throw ScriptProgram.Lost($"{operation} takes weights of a form of its own, such as projections");
        var roles = Enumerable.Range(0, (int)layers).SelectMany(layer => directions.SelectMany(direction => parts.Select(part => $"{part}_l{layer}{direction}")));
        var tensors = roles.Zip(weights, (role, weight) => (role, weight is ScriptTensor { Permuted: false } tensor ? tensor.Name : throw ScriptProgram.Lost("an operator takes weights that are computed"))).ToList();
        if (tensors.Exists(pair => graph.Weights.Shape(pair.Item2) is null)) throw ScriptProgram.Lost($"{operation} takes its weights from a list beside the state dict; trace the network in place of scripting it");
        ProposedValue[] inputs = [x, .. FirstStates(operation, a.At(1))];
        string[] yields = operation == "lstm" ? ["sequence", "hidden", "cell"] : ["sequence", "hidden"];
        return [.. yields.Select(what => graph.Add(operation, inputs, tensors, ("layers", layers), ("bidirectional", both), ("bias", bias), ("batch_first", batchFirst), ("yields", what)))];
    }

    // Zeros are what the vocabulary begins with.
    private static ProposedValue[] FirstStates(string operation, object? given)
    {
        var states = given as List<object?> ?? [given];
        return states.All(state => state is ScriptZeros) ? []
            : states.All(state => state is ProposedValue) ? [.. states.Cast<ProposedValue>()]
            : throw ScriptProgram.Lost($"{operation} begins with a state that is neither zeros nor computed");
    }
}
