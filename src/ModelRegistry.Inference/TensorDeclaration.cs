namespace ModelRegistry.Inference;

/// <summary>An input or output that an architecture declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes; -1 for any, or for what only the input decides.</param>
/// <param name="Example">A shape the network accepts, or null where the architecture gives none; always null for outputs.</param>
public sealed record TensorDeclaration(string Name, IReadOnlyList<long> Shape, IReadOnlyList<long>? Example)
{
    /// <summary><c>float32</c>, or <c>int64</c> for an input of whole numbers such as tokens.</summary>
    public string DType { get; init; } = "float32";

    /// <summary>The number of rows of the smallest table that the values of an input are looked up in; null where they are not.</summary>
    public long? IndexLimit { get; init; }
}
