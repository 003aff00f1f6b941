namespace ModelRegistry.Weights.Onnx;

/// <summary>The values of <c>TensorProto.DataType</c>.</summary>
internal static class OnnxElementTypes
{
    private static readonly (string Name, DType DType)?[] Types =
    [
        null,
        ("float", DType.Float32),
        ("uint8", DType.UInt8),
        ("int8", DType.Int8),
        ("uint16", DType.UInt16),
        ("int16", DType.Int16),
        ("int32", DType.Int32),
        ("int64", DType.Int64),
        ("string", DType.String),
        ("bool", DType.Bool),
        ("float16", DType.Float16),
        ("double", DType.Float64),
        ("uint32", DType.UInt32),
        ("uint64", DType.UInt64),
        ("complex64", DType.Complex64),
        ("complex128", DType.Complex128),
        ("bfloat16", DType.BFloat16),
        ("float8e4m3fn", DType.Float8E4M3),
        ("float8e4m3fnuz", DType.Float8E4M3Fnuz),
        ("float8e5m2", DType.Float8E5M2),
        ("float8e5m2fnuz", DType.Float8E5M2Fnuz),
        ("uint4", DType.UInt4),
        ("int4", DType.Int4),
        ("float4e2m1", DType.Float4E2M1),
        ("float8e8m0", DType.Float8E8M0),
    ];

    public static DType? Find(ulong dataType) =>
        dataType < (ulong)Types.Length ? Types[dataType]?.DType : null;

    public static string NameOf(ulong dataType) =>
        dataType < (ulong)Types.Length && Types[dataType] is { } type ? type.Name : $"type {dataType}";
}
