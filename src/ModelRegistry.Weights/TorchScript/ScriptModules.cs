namespace ModelRegistry.Weights.TorchScript;

/// <summary>The modules of a TorchScript archive, with their tensors sorted into parameters, buffers and attributes.</summary>
internal sealed class ScriptModules
{
    private readonly Dictionary<TensorPath, PickleObject> _objects = [];
    private readonly Dictionary<string, ScriptClass> _classes;
    private readonly TensorCollector _collector;
    private readonly List<Tensor> _tensors = [];
    private readonly List<Tensor> _attributes = [];
    private readonly List<(string Path, string Type)> _types = [];

    internal ScriptModules(PickleObject root, Dictionary<string, ScriptClass> classes, TensorCollector collector, string where, long pickleLength)
    {
        (_classes, _collector, Root) = (classes, collector, root);
        new ValueWalk(where, ValueWalk.BudgetFor(pickleLength)) { Found = Sort, Entered = Enter }.Walk(root, TensorPath.Root);
    }

    internal PickleObject Root { get; }

    internal string RootType => Root.TypeName;

    internal ScriptClass? RootClass => _classes.GetValueOrDefault(RootType);

    /// <summary>Parameters and buffers, in file order.</summary>
    internal IReadOnlyList<Tensor> Tensors => _tensors;

    /// <summary>Tensors that are neither.</summary>
    internal IReadOnlyList<Tensor> Attributes => _attributes;

    /// <summary>Dotted path and class of each module.</summary>
    internal IReadOnlyList<(string Path, string Type)> Types => _types;

    private void Enter(TensorPath path, PickleNode node)
    {
        if (node is not PickleObject instance)
        {
            return;
        }

        _objects[path] = instance;
        if (_classes.GetValueOrDefault(instance.TypeName)?.IsModule != false)
        {
            _types.Add((path.ToName(), Display.Escape(instance.TypeName)));
        }
    }

    private void Sort(TensorPath path, PickleNode node)
    {
        bool? isParameter = null;
        var own = path.Parent is { } parent && _objects.TryGetValue(parent, out _);
        if (own && _classes.TryGetValue(_objects[path.Parent!].TypeName, out var type))
        {
            isParameter = type.Parameters.Contains(path.Key.Text) ? true : type.Buffers.Contains(path.Key.Text) ? false : null;
            own = type.IsModule && isParameter is not null;
        }

        _collector.Add(own ? _tensors : _attributes, path, node, 0, isParameter);
    }
}
