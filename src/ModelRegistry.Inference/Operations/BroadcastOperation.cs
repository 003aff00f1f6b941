namespace ModelRegistry.Inference.Operations;

/// <summary>A function of two tensors element by element; sizes of 1 are repeated.</summary>
internal sealed class BroadcastOperation : Operation
{
    internal BroadcastOperation(string name, string summary) => (Name, Summary) = (name, summary);

    internal override string Name { get; }

    internal override string Summary { get; }

    internal override int MinimumInputs => 2;

    internal override int MaximumInputs => 2;

    internal override long[] Infer(NodeInference node)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            if (x != y && x != 1 && y != 1 && x != Dimension.Unknown && y != Dimension.Unknown)
                throw node.Mismatch($"cannot combine {Dimension.Show(a)} and {Dimension.Show(b)}");
            result[^i] = (x, y) switch
            {
                (1, _) => y,
                (_, 1) => x,
                (Dimension.Unknown, _) => y,
                _ => x,
            };
        }

        return result;
    }
}
