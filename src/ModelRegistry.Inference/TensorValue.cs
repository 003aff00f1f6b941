using System.Globalization;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference;

/// <summary>A tensor of float32 values in row-major order: what goes into a network and comes out of it.</summary>
public sealed class TensorValue
{
    /// <summary>Wraps values; they are not copied.</summary>
    /// <param name="shape">Sizes of at least 1, at most eight; empty for a single value.</param>
    /// <param name="values">As many as the sizes multiply to.</param>
    /// <exception cref="InferenceException">MR0616: the sizes do not fit the values.</exception>
    public TensorValue(ReadOnlySpan<long> shape, ReadOnlyMemory<float> values)
    {
        if (shape.Length > Architectures.ArchitectureLimits.Rank)
            throw Invalid($"a tensor has at most {Architectures.ArchitectureLimits.Rank} dimensions, not {shape.Length}");
        UInt128 elements = 1;
        foreach (var size in shape)
        {
            if (size < 1 || size > int.MaxValue)
                throw Invalid(string.Create(CultureInfo.InvariantCulture, $"a tensor cannot have a dimension of size {size}"));
            elements = UInt128.Min(elements * (ulong)size, (UInt128)ulong.MaxValue);
        }

        if (elements != (ulong)values.Length)
            throw Invalid($"{values.Length} values do not fill {Operations.Dimension.Show(shape.ToArray())}");
        Shape = [.. shape];
        Values = values;
    }

    /// <summary>A tensor of whole numbers, such as tokens.</summary>
    /// <param name="shape">As for the other constructor.</param>
    /// <param name="values">Between -2^24 and 2^24, which float32 holds exactly.</param>
    /// <exception cref="InferenceException">MR0616: the sizes do not fit the values, or a value is too large.</exception>
    public TensorValue(ReadOnlySpan<long> shape, ReadOnlySpan<long> values)
        : this(shape, Exactly(values))
    {
    }

    /// <summary>The sizes, e.g. [1, 3, 224, 224] for one RGB image in NCHW layout.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, last dimension fastest.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>Whether no value is NaN or infinite.</summary>
    public bool IsFinite => !FiniteCheck.HasNonFinite(Values.Span);

    /// <summary>Reads a NumPy file; any numeric type is converted to float32.</summary>
    /// <exception cref="WeightsFormatException">MR0565, MR0566: the file is not an array of numbers.</exception>
    /// <exception cref="InferenceException">MR0624: the file cannot be read. MR0616: it is empty or has too many dimensions.</exception>
    public static TensorValue ReadNpy(string path)
    {
        var array = InputFile.Open(path, NpyFile.Read);
        return new TensorValue([.. array.Shape], array.ToFloat32());
    }

    /// <summary><c>float32[1, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"float32{Operations.Dimension.Show(Shape)}";

    private static float[] Exactly(ReadOnlySpan<long> values)
    {
        const long Largest = 1 << 24;
        var result = new float[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[i] is >= -Largest and <= Largest
                ? values[i]
                : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"{values[i]} cannot be computed with exactly: whole numbers go to {Largest}"));
        }

        return result;
    }

    private static InferenceException Invalid(string message) => new(InferenceCodes.InputMismatch, message);
}
