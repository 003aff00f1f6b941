namespace ModelRegistry.Weights;

/// <summary>Something about a file that its user should know.</summary>
/// <param name="Code">The diagnostic, <c>MR05xx</c>.</param>
/// <param name="What">One line, escaped for display.</param>
/// <param name="Where">Entry and byte offset; empty when the file as a whole is meant.</param>
public sealed record WeightsFinding(string Code, string What, string Where);
