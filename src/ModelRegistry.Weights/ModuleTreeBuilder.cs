using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>Makes a module tree from dotted tensor names.</summary>
internal sealed class ModuleTreeBuilder
{
    /// <summary>Levels that become modules of their own; a deeper rest stays one name, so that no walk of the tree can overflow a stack.</summary>
    private const int MaxDepth = 64;

    private readonly string _name;
    private readonly string _path;
    private readonly List<Tensor> _tensors = [];
    private readonly List<ModuleTreeBuilder> _children = [];
    private readonly Dictionary<string, ModuleTreeBuilder> _byName = new(StringComparer.Ordinal);

    private string? _typeName;

    private ModuleTreeBuilder(string name, string path) => (_name, _path) = (name, path);

    internal static ModuleNode FromNames(IEnumerable<Tensor> tensors) => FromModules(tensors, []);

    /// <summary>As <see cref="FromNames"/>, with modules that are known by path and class even where they hold no tensor.</summary>
    internal static ModuleNode FromModules(IEnumerable<Tensor> tensors, IEnumerable<(string Path, string Type)> modules)
    {
        var root = new ModuleTreeBuilder("", "");
        foreach (var (path, type) in modules)
        {
            var node = root;
            foreach (var part in path.Length == 0 ? [] : path.Split('.', MaxDepth))
            {
                node = node.Child(part);
            }

            node._typeName = type;
        }

        foreach (var tensor in tensors)
        {
            var node = root;
            var parts = tensor.Name.Split('.', MaxDepth);
            for (var i = 0; i < parts.Length - 1; i++)
            {
                node = node.Child(parts[i]);
            }

            node._tensors.Add(tensor);
        }

        return root.Build();
    }

    private ModuleTreeBuilder Child(string name)
    {
        if (!_byName.TryGetValue(name, out var child))
        {
            child = new ModuleTreeBuilder(name, _path.Length == 0 ? name : $"{_path}.{name}");
            _byName.Add(name, child);
            _children.Add(child);
        }

        return child;
    }

    private ModuleNode Build()
    {
        var children = _children.Select(c => c.Build()).ToImmutableArray();
        return new ModuleNode
        {
            Name = _name,
            Path = _path,
            TypeName = _typeName,
            Tensors = [.. _tensors],
            Children = children,
            TensorCount = _tensors.Count + children.Sum(c => c.TensorCount),
            ParameterCount = Sum(_tensors.Where(t => !IsBuffer(t)).Select(t => t.ElementCount).Concat(children.Select(c => c.ParameterCount))),
            BufferCount = Sum(_tensors.Where(IsBuffer).Select(t => t.ElementCount).Concat(children.Select(c => c.BufferCount))),
            ByteLength = Sum(_tensors.Select(t => t.ByteLength).Concat(children.Select(c => c.ByteLength))),
        };
    }

    private static bool IsBuffer(Tensor tensor) =>
        tensor.IsParameter is { } known ? !known
        : tensor.DType is DType.Int64 or DType.Bool || tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..] is "running_mean" or "running_var" or "num_batches_tracked";

    /// <summary>Stops at the largest number: views with stride 0 can promise more than there is.</summary>
    private static long Sum(IEnumerable<long> values) =>
        values.Aggregate(0L, (sum, value) => sum > long.MaxValue - value ? long.MaxValue : sum + value);
}
