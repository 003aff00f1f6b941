using ModelRegistry.Inference.Architectures.Expressions;
using ModelRegistry.Inference.Operations;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>One entry of <c>nodes</c>: an operation, a module in use, or a group; perhaps conditional, perhaps repeated.</summary>
internal abstract record NodeTemplate(string Path)
{
    /// <summary>The name others refer to it by; may hold <c>{expressions}</c>.</summary>
    internal string? Id { get; init; }

    /// <summary>Names of its inputs; null takes the result of the node before it.</summary>
    internal IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>When false, the node is left out and stands for its first input.</summary>
    internal Expression? Condition { get; init; }

    internal RepeatTemplate? Repeat { get; init; }
}

/// <summary>How often, and what the counter is called and holds.</summary>
internal sealed record RepeatTemplate(Expression Count, string Variable, Expression? From, long Step);

internal sealed record OperationTemplate(
    string Path, Operation Operation, string? Key, IReadOnlyDictionary<string, ValueTemplate> Attributes) : NodeTemplate(Path);

internal sealed record ModuleUseTemplate(
    string Path, string Module, IReadOnlyDictionary<string, ValueTemplate> Arguments) : NodeTemplate(Path);

internal sealed record GroupTemplate(string Path, IReadOnlyList<NodeTemplate> Nodes) : NodeTemplate(Path);
