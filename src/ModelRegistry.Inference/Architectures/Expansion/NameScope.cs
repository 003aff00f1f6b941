using ModelRegistry.Inference.Architectures.Document;

namespace ModelRegistry.Inference.Architectures.Expansion;

/// <summary>The names of one list of nodes: those of the file, or of one use of a module.</summary>
internal sealed class NameScope
{
    private readonly Dictionary<string, int> _values = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<NodeTemplate> _nodes;

    /// <param name="prefix">Stands before each name in messages.</param>
    /// <param name="nodes">What the scope is made of, to explain a name that is not there.</param>
    internal NameScope(string prefix, IReadOnlyList<NodeTemplate> nodes) => (Prefix, _nodes) = (prefix, nodes);

    internal string Prefix { get; }

    internal void Define(string name, int value, string path)
    {
        if (!_values.TryAdd(name, value))
        {
            throw new InferenceException(
                InferenceCodes.NodeDuplicate, $"the name '{DisplayText.Escape(name)}' is given twice", path, "inside 'repeat', a name holds the counter, as in 'block{i}'");
        }
    }

    internal int Lookup(string name, string reference, NodeTemplate user) =>
        _values.TryGetValue(name, out var value) ? value : throw Undefined(name, user.Path, ReferenceCycle.Find(_nodes, user, reference));

    internal int Lookup(string name, string path) =>
        _values.TryGetValue(name, out var value) ? value : throw Undefined(name, path, null);

    private InferenceException Undefined(string name, string path, ReferenceCycle? later) => later switch
    {
        { Cycle: { } cycle } => new InferenceException(InferenceCodes.Cycle, $"the nodes form a cycle: {string.Join(" → ", cycle)}", path, "a network runs from its inputs to its outputs"),
        { } => new InferenceException(InferenceCodes.ReferenceUndefined, $"'{DisplayText.Escape(name)}' is used before it is defined", path, "move its node up"),
        null => new InferenceException(InferenceCodes.ReferenceUndefined, $"nothing before this node is called '{DisplayText.Escape(name)}'", path, Suggestion.For(name, _values.Keys.Take(100))),
    };
}
