namespace ModelRegistry.Weights.PyTorch;

/// <summary>Finds the state dict of a checkpoint.</summary>
internal static class StateDictChoice
{
    /// <summary>Keys under which training programs keep the weights, the usual ones first.</summary>
    private static readonly string[] Names = ["state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights", "params"];

    /// <summary>The dictionary that holds the weights, and the way to it; the root itself where nothing says otherwise.</summary>
    internal static (object? Value, TensorPath Path) Find(object? root)
    {
        var (value, path) = (root, TensorPath.Root);
        while (value is PickleDict dict && path.Depth < PickleLimits.Nesting && Step(dict) is ({ } next, var key))
        {
            (value, path) = (next, path.Child(key));
        }

        return (value, path);
    }

    private static (PickleDict? Next, TensorKey Key) Step(PickleDict dict)
    {
        foreach (var name in Names)
        {
            if (dict.Find(name) is PickleDict named && MayHoldTensors(named))
            {
                return (named, TensorPath.KeyOf(name));
            }
        }

        if (dict.Items.Exists(i => IsTensor(i.Value)))
        {
            return default;
        }

        // One dictionary of tensors and nothing else that could be the weights.
        var holders = dict.Items.Where(i => i.Value is PickleDict child && child.Items.Exists(c => IsTensor(c.Value))).Take(2).ToList();
        return holders.Count == 1 ? ((PickleDict)holders[0].Value!, TensorPath.KeyOf(holders[0].Key)) : default;
    }

    private static bool MayHoldTensors(PickleDict dict) =>
        dict.Items.Exists(i => IsTensor(i.Value)) || Names.Any(n => dict.Find(n) is PickleDict);

    private static bool IsTensor(object? value) => value is PickleTensor or PickleSparse;
}
