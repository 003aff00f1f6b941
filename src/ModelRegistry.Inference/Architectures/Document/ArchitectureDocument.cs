using ModelRegistry.Inference.Architectures.Expressions;

namespace ModelRegistry.Inference.Architectures.Document;

/// <summary>An architecture file, parsed and checked as far as it can be without tensors.</summary>
internal sealed record ArchitectureDocument(
    string Name,
    string? Description,
    IReadOnlyList<ParameterTemplate> Parameters,
    IReadOnlyDictionary<string, ModuleTemplate> Modules,
    IReadOnlyList<InputTemplate> Inputs,
    IReadOnlyList<NodeTemplate> Nodes,
    IReadOnlyList<OutputTemplate> Outputs,
    IReadOnlyList<RenameRule> Renames);

/// <summary>A named value, computed once from the tensors.</summary>
internal sealed record ParameterTemplate(string Name, ValueTemplate Value, string Path);

/// <summary>A declared input.</summary>
internal sealed record InputTemplate(string Name, ValueTemplate Shape, ValueTemplate? Example, bool IsInteger, string Path);

/// <summary>A declared output; without <paramref name="From"/> the last node. When the condition is false there is none.</summary>
internal sealed record OutputTemplate(string Name, string? From, Expression? Condition, string Path);

/// <summary>A sub-graph to be used many times: named arguments, named inputs, one result, the last node's.</summary>
internal sealed record ModuleTemplate(
    string Name, IReadOnlyDictionary<string, ArgumentKind> Arguments, IReadOnlyList<string> Inputs, IReadOnlyList<NodeTemplate> Nodes, string Path);

internal enum ArgumentKind
{
    Name,
    Integer,
    Boolean,
}
