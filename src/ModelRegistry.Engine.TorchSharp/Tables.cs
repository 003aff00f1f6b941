using ModelRegistry.Inference;
using ModelRegistry.Inference.Graphs;
using Torch = TorchSharp.torch;
using Value = TorchSharp.torch.Tensor;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>Rows of tables, chosen by whole numbers that come as float32.</summary>
internal static class Tables
{
    public static Value Rows(GraphNode node, Value indices, Value table)
    {
        var whole = Whole(node, indices, table.shape[0], "no row of a table");
        return table.index_select(0, whole.flatten()).reshape([.. indices.shape, table.shape[1]]);
    }

    /// <summary>Of each row of indices, or of a list that a second input cuts where each bag begins. An empty bag gives zeros.</summary>
    public static Value Bags(GraphNode node, Value indices, Value? cuts, Value table)
    {
        var mode = node.Attributes.Choice("mode");
        var rows = Rows(node, indices, table);
        if (cuts is null) return Together(rows, 1, mode);
        var count = indices.shape[0];
        long[] starts = [.. Whole(node, cuts, count + 1, "no place of a list").data<long>(), count];
        return Torch.stack(starts.Zip(starts.Skip(1)).Select(bag =>
            bag.Second <= bag.First ? Torch.zeros(table.shape[1]) : Together(rows.narrow(0, bag.First, bag.Second - bag.First), 0, mode)));
    }

    private static Value Together(Value rows, long axis, string mode) => mode switch
    {
        "max" => rows.amax([axis]),
        "sum" => rows.sum(axis),
        _ => rows.mean([axis]),
    };

    private static Value Whole(GraphNode node, Value given, long count, string what)
    {
        var whole = given.to(Torch.ScalarType.Int64);
        var bad = whole.to(given.dtype).ne(given).logical_or(whole.lt(0)).logical_or(whole.ge(count));
        if (bad.any().item<bool>()) throw new InferenceException("MR0625", $"{node.Where}: an input holds {what} of {count}", hint: "give whole numbers from 0");
        return whole;
    }
}
