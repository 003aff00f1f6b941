namespace ModelRegistry.Weights.Npy;

/// <summary>What the header of a <c>.npy</c> file says.</summary>
internal sealed record NpyHeader(NpyElementType ElementType, bool IsFortranOrder, long[] Shape)
{
    /// <summary>NumPy itself allows no more.</summary>
    public const int MaxRank = 32;

    /// <summary>Elements' bytes, at most what one array of .NET can hold.</summary>
    public int DataLength { get; } = Multiply(ElementType.Size, Shape);

    /// <summary>Parses the Python dictionary literal with exactly the keys descr, fortran_order and shape.</summary>
    /// <exception cref="WeightsFormatException">MR0565 or MR0566.</exception>
    public static NpyHeader Parse(string text)
    {
        var literal = new NpyLiteral(text);
        NpyElementType? type = null;
        bool? fortran = null;
        long[]? shape = null;
        literal.Expect('{');
        while (!literal.TryTake('}'))
        {
            var key = literal.String();
            literal.Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = ElementTypeOf(literal);
                    break;
                case "fortran_order" when fortran is null:
                    fortran = literal.Boolean();
                    break;
                case "shape" when shape is null:
                    shape = literal.Tuple(MaxRank);
                    break;
                default:
                    throw NpyError.Malformed($"header key {Display.Quote(key)} is unknown or repeated");
            }
            if (!literal.TryTake(','))
            {
                literal.Expect('}');
                break;
            }
        }
        literal.ExpectEnd();
        return type is { } elementType && fortran is { } order && shape is not null
            ? new NpyHeader(elementType, order, shape)
            : throw NpyError.Malformed("header lacks one of descr, fortran_order and shape");
    }

    private static NpyElementType ElementTypeOf(NpyLiteral literal)
    {
        if (literal.Next is '[' or '(')
            throw NpyError.UnsupportedType("a structured type");
        var descriptor = literal.String();
        return NpyElementType.TryParse(descriptor, out var type)
            ? type.Value
            : throw NpyError.UnsupportedType($"{Display.Quote(descriptor)}");
    }

    private static int Multiply(long size, long[] shape)
    {
        // A zero anywhere means no elements, however large the other extents are.
        if (shape.Contains(0))
            return 0;
        foreach (var extent in shape)
        {
            if (extent > Array.MaxLength / size)
                throw NpyError.Malformed($"shape ({string.Join(", ", shape)}) needs more than {Array.MaxLength} bytes");
            size *= extent;
        }
        return (int)size;
    }
}
