using System.Collections.Immutable;
using ModelRegistry.Json;
using ModelRegistry.Names;

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

    /// <summary>The element types that a registration may declare, as PyTorch writes them.</summary>
    internal static ImmutableArray<string> KnownTypes { get; } =
    [
        "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "int4", "uint64", "uint32", "uint16", "uint8", "uint4", "bool", "string", "complex32", "complex64", "complex128",
        "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1",
    ];

    /// <summary>Whether two specifications are the same for a caller: name, type and shape.</summary>
    public bool SignatureEquals(TensorSpec other) =>
        Name == other.Name && Dtype == other.Dtype && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <summary>
    /// Reads <c>[NAME=][DTYPE:]SHAPE</c>. A shape is dimensions between <c>x</c> or commas: <c>1x3x224x224</c>; -1, <c>?</c> or
    /// <c>*</c> stands for any length, <c>[]</c> for a single number. The type is float32 where none is named.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultName">The name where none is given.</param>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0111: not of that form, or of no known type.</exception>
    public static TensorSpec Parse(string text, string defaultName)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (name, rest) = equals < 0 ? (defaultName, text) : (text[..equals].Trim(), text[(equals + 1)..]);
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var (dtype, dimensions) = colon < 0 ? ("float32", rest.Trim()) : (rest[..colon].Trim(), rest[(colon + 1)..].Trim());
        var shape = dimensions is "[]" or "()" ? [] : dimensions.TrimStart('[', '(').TrimEnd(']', ')').Split(['x', 'X', ','], StringSplitOptions.TrimEntries).Select(Dimension).ToImmutableArray();
        if (name.Length == 0 || shape.Any(d => d is null))
            throw Diagnostics.Codes.InvalidMetadata.Error($"'{Printable.Quote(text)}' is not a shape", "write a shape such as 1x3x224x224, x=1x3x224x224 or x=int64:1x128, with -1 for any length");
        CheckType(dtype, equals < 0 ? $"a name is followed by '=', as in {Printable.Quote($"{dtype}={dimensions}")}; " : "");
        return new TensorSpec { Name = name, Dtype = dtype, Shape = [.. shape.Select(d => d!.Value)] };
    }

    /// <exception cref="Diagnostics.ModelRegistryException">MR0111: no known type.</exception>
    internal static void CheckType(string dtype, string hint = "")
    {
        if (!KnownTypes.Contains(dtype, StringComparer.Ordinal))
            throw Diagnostics.Codes.InvalidMetadata.Error($"'{Printable.Quote(dtype)}' is no element type", $"{hint}the types are {string.Join(", ", KnownTypes)}");
    }

    private static long? Dimension(string text) =>
        text is "?" or "*" or "-1" ? -1
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length) && length > 0 ? length
        : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Dtype}[{string.Join(", ", Shape.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
