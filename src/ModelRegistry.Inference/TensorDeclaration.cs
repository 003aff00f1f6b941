namespace ModelRegistry.Inference;

/// <summary>An input or output that an architecture declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes; -1 for any, or for what only the input decides.</param>
/// <param name="Example">A shape the network accepts, or null where the architecture gives none; always null for outputs.</param>
public sealed record TensorDeclaration(string Name, IReadOnlyList<long> Shape, IReadOnlyList<long>? Example);
