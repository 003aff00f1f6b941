namespace ModelRegistry.Weights.Pickle;

/// <summary>
/// Equality whose hash codes differ from process to process: a file cannot be made so that all its keys fall into one bucket.
/// Strings are hashed like that by the framework, integers are not.
/// </summary>
internal sealed class SeededComparer : IEqualityComparer<int>, IEqualityComparer<object>
{
    internal static readonly SeededComparer Instance = new();

    public bool Equals(int x, int y) => x == y;

    public int GetHashCode(int obj) => HashCode.Combine(obj);

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object obj) => obj is long number ? HashCode.Combine((int)number, (int)(number >> 32)) : obj.GetHashCode();
}
