using System.Collections.Immutable;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.Tensors;

/// <summary>Shape arithmetic that a hostile file cannot overflow.</summary>
internal static class Geometry
{
    /// <summary>Row-major strides: the last dimension steps by one, a dimension of 0 counts as 1.</summary>
    internal static ImmutableArray<long> RowMajor(ImmutableArray<long> shape, string name)
    {
        if (shape.Length > WeightsLimits.Rank)
        {
            throw TooManyDimensions(shape.Length, name);
        }

        var strides = new long[shape.Length];
        long step = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step == long.MaxValue ? throw Bad(name, "the element count overflows 64 bits") : step;
            step = Saturating.Multiply(step, Math.Max(1, shape[i]));
        }

        return ImmutableArray.Create(strides);
    }

    internal static ImmutableArray<long> Checked(ImmutableArray<long> shape, ImmutableArray<long> strides, long offset, string name)
    {
        if (shape.Length != strides.Length)
        {
            throw Bad(name, $"sizes and strides are of unequal rank ({shape.Length} and {strides.Length})");
        }

        if (shape.Length > WeightsLimits.Rank)
        {
            throw TooManyDimensions(shape.Length, name);
        }

        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw Bad(name, $"a size is negative ({size})");
            }
        }

        foreach (var stride in strides)
        {
            if (stride < 0)
            {
                throw Bad(name, $"a stride is negative ({stride})");
            }
        }

        return offset < 0 ? throw Bad(name, $"the storage offset is negative ({offset})") : shape;
    }

    internal static long ElementCount(ImmutableArray<long> shape, string name)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (var size in shape)
        {
            if (size > WeightsLimits.ElementsPerTensor / count)
            {
                throw Bad(name, $"it has more than {WeightsLimits.ElementsPerTensor} elements (shape [{string.Join(", ", shape)}])");
            }

            count *= size;
        }

        return count;
    }

    internal static long ByteLength(DType dtype, long elements, string name)
    {
        try
        {
            return dtype.ByteLength(elements);
        }
        catch (OverflowException)
        {
            throw Bad(name, "its byte length overflows 64 bits");
        }
    }

    internal static bool IsContiguous(ImmutableArray<long> shape, ImmutableArray<long> strides)
    {
        long step = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0)
            {
                return true;
            }

            if (shape[i] != 1)
            {
                if (strides[i] != step)
                {
                    return shape.Contains(0);
                }

                step = Saturating.Multiply(step, shape[i]);
            }
        }

        return true;
    }

    /// <summary>All checks of a view, without making one.</summary>
    internal static void Check(string name, DType dtype, ImmutableArray<long> shape, ImmutableArray<long> strides, long offset, long storageBytes)
    {
        Checked(shape, strides, offset, name);
        ByteLength(dtype, ElementCount(shape, name), name);
        CheckFits(name, dtype, shape, strides, offset, storageBytes);
    }

    /// <summary>Refuses a view whose last element lies outside its storage.</summary>
    internal static void CheckFits(string name, DType dtype, ImmutableArray<long> shape, ImmutableArray<long> strides, long offset, long storageBytes)
    {
        var last = offset;
        if (!shape.Contains(0))
        {
            for (var i = 0; i < shape.Length; i++)
            {
                last = Saturating.Add(last, Saturating.Multiply(shape[i] - 1, strides[i]));
            }

            last = Saturating.Add(last, 1);
        }

        if (Saturating.Multiply(last, dtype.BitsPerElement()) > Saturating.Multiply(storageBytes, 8))
        {
            throw Bad(name, $"its last element lies outside the storage of {storageBytes} bytes (shape [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}], offset {offset}, {dtype.DisplayName()})");
        }

        var elements = ElementCount(shape, name);
        if (elements > WeightsLimits.ExpandedElements && Saturating.Multiply(elements, dtype.BitsPerElement()) > Saturating.Multiply(storageBytes, 8))
        {
            throw new WeightsFormatException(
                WeightsCodes.ExpandedTensor,
                $"tensor {Display.Quote(name)} has {elements} elements in a storage of {storageBytes} bytes (shape [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}]); a view that repeats elements may have {WeightsLimits.ExpandedElements}",
                hint: "save a copy of the tensor: tensor.contiguous()");
        }
    }

    private static WeightsFormatException TooManyDimensions(int rank, string name) =>
        Bad(name, $"it has {rank} dimensions, more than {WeightsLimits.Rank}");

    private static WeightsFormatException Bad(string name, string why) =>
        new(WeightsCodes.TensorGeometry, $"tensor {Display.Quote(name)} is impossible: {why}");
}
