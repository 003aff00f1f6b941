using System.Collections.Immutable;
using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary>One input or output of a model.</summary>
public sealed record TensorSpec : Extensible
{
    /// <summary>Its name in the network.</summary>
    public required string Name { get; init; }

    /// <summary>Its element type, such as <c>float32</c>.</summary>
    public string Dtype { get => field ?? "float32"; init; }

    /// <summary>Its dimensions; -1 stands for any length.</summary>
    public required ImmutableArray<long> Shape { get; init; }

    /// <summary>Whether two specifications are the same for a caller: name, type and shape.</summary>
    public bool SignatureEquals(TensorSpec other) =>
        Name == other.Name && Dtype == other.Dtype && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Dtype}[{string.Join(", ", Shape.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
