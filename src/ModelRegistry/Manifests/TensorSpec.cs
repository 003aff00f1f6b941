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

    /// <summary>
    /// Reads <c>[NAME=][DTYPE:]SHAPE</c>. A shape is dimensions between <c>x</c> or commas: <c>1x3x224x224</c>; -1, <c>?</c> or
    /// <c>*</c> stands for any length. The type is float32 where none is named.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultName">The name where none is given.</param>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0111: not of that form.</exception>
    public static TensorSpec Parse(string text, string defaultName)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (name, rest) = equals < 0 ? (defaultName, text) : (text[..equals].Trim(), text[(equals + 1)..]);
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var (dtype, dimensions) = colon < 0 ? ("float32", rest) : (rest[..colon].Trim(), rest[(colon + 1)..]);
        var shape = dimensions.Trim().TrimStart('[', '(').TrimEnd(']', ')').Split(['x', 'X', ','], StringSplitOptions.TrimEntries).Select(Dimension).ToImmutableArray();
        if (name.Length == 0 || dtype.Length == 0 || !dtype.All(char.IsAsciiLetterOrDigit) || shape.Any(d => d is null))
            throw Diagnostics.Codes.InvalidMetadata.Error($"'{Printable.Quote(text)}' is not a shape", "write a shape such as 1x3x224x224, x=1x3x224x224 or x=int64:1x128, with -1 for any length");
        return new TensorSpec { Name = name, Dtype = dtype, Shape = [.. shape.Select(d => d!.Value)] };
    }

    private static long? Dimension(string text) =>
        text is "?" or "*" or "-1" ? -1
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length) && length > 0 ? length
        : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Dtype}[{string.Join(", ", Shape.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
