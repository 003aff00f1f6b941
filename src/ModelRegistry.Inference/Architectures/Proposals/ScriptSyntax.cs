namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>An expression of serialized TorchScript: the subset of Python that PythonPrint writes.</summary>
internal abstract record ScriptExpression;

internal sealed record ScriptName(string Name) : ScriptExpression;

/// <summary>A <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, <see cref="bool"/> or null.</summary>
internal sealed record ScriptLiteral(object? Value) : ScriptExpression;

internal sealed record ScriptMember(ScriptExpression Owner, string Name) : ScriptExpression;

internal sealed record ScriptCall(ScriptExpression Function, IReadOnlyList<ScriptExpression> Arguments, IReadOnlyList<(string Name, ScriptExpression Value)> Named) : ScriptExpression;

internal sealed record ScriptIndex(ScriptExpression Owner, ScriptExpression Index) : ScriptExpression;

internal sealed record ScriptList(IReadOnlyList<ScriptExpression> Items) : ScriptExpression;

internal sealed record ScriptDictionary(IReadOnlyList<(ScriptExpression Key, ScriptExpression Value)> Items) : ScriptExpression;

/// <summary>A statement.</summary>
internal abstract record ScriptStatement;

internal sealed record ScriptAssignment(IReadOnlyList<string> Names, ScriptExpression Value) : ScriptStatement;

internal sealed record ScriptReturn(ScriptExpression? Value) : ScriptStatement;

internal sealed record ScriptIf(ScriptExpression Condition, IReadOnlyList<ScriptStatement> Then, IReadOnlyList<ScriptStatement> Else) : ScriptStatement;

internal sealed record ScriptFor(string Variable, ScriptExpression Range, IReadOnlyList<ScriptStatement> Body) : ScriptStatement;

/// <summary>A statement that could not be read.</summary>
internal sealed record ScriptUnread(InferenceException Failure) : ScriptStatement;

/// <summary>A function or method: its parameters with the expressions of their defaults.</summary>
internal sealed record ScriptFunction(string Name, IReadOnlyList<(string Name, string Type, ScriptExpression? Default)> Parameters, IReadOnlyList<ScriptStatement> Body);

/// <summary>A class: its methods, and the constants that stand in it.</summary>
internal sealed record ScriptType(Dictionary<string, ScriptFunction> Methods, Dictionary<string, ScriptExpression> Constants);
