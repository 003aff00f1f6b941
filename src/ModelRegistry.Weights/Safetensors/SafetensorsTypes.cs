namespace ModelRegistry.Weights.Safetensors;

/// <summary>Names of element types in safetensors headers.</summary>
internal static class SafetensorsTypes
{
    /// <summary>In the reference's own order, which is that of the data in a file read backwards.</summary>
    private static readonly (DType DType, string Name)[] Ordered =
    [
        (DType.Bool, "BOOL"),
        (DType.Float4E2M1, "F4"),
        (DType.Float6E2M3, "F6_E2M3"),
        (DType.Float6E3M2, "F6_E3M2"),
        (DType.UInt8, "U8"),
        (DType.Int8, "I8"),
        (DType.Float8E5M2, "F8_E5M2"),
        (DType.Float8E4M3, "F8_E4M3"),
        (DType.Float8E5M2Fnuz, "F8_E5M2FNUZ"),
        (DType.Float8E4M3Fnuz, "F8_E4M3FNUZ"),
        (DType.Float8E8M0, "F8_E8M0"),
        (DType.Int16, "I16"),
        (DType.UInt16, "U16"),
        (DType.Float16, "F16"),
        (DType.BFloat16, "BF16"),
        (DType.Int32, "I32"),
        (DType.UInt32, "U32"),
        (DType.Float32, "F32"),
        (DType.Complex64, "C64"),
        (DType.Float64, "F64"),
        (DType.Int64, "I64"),
        (DType.UInt64, "U64"),
    ];

    /// <summary>Place in the reference's order of types; wider types rank higher.</summary>
    public static int RankOf(DType dtype) => Array.FindIndex(Ordered, known => known.DType == dtype);

    /// <summary>The name in a header, null for a type the format does not have.</summary>
    public static string? NameOf(DType dtype) => RankOf(dtype) is var rank and >= 0 ? Ordered[rank].Name : null;

    public static DType? Find(string name)
    {
        foreach (var (dtype, known) in Ordered)
        {
            if (known == name)
                return dtype;
        }
        return null;
    }
}
