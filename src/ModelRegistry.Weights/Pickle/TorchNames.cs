namespace ModelRegistry.Weights.Pickle;

/// <summary>Names in module <c>torch</c>. Source: torch/storage.py, torch/_C/__init__.pyi.</summary>
internal static class TorchNames
{
    internal static readonly (string Name, DType DType)[] Storages =
    [
        ("DoubleStorage", DType.Float64), ("FloatStorage", DType.Float32), ("HalfStorage", DType.Float16), ("BFloat16Storage", DType.BFloat16),
        ("LongStorage", DType.Int64), ("IntStorage", DType.Int32), ("ShortStorage", DType.Int16), ("CharStorage", DType.Int8),
        ("ByteStorage", DType.UInt8), ("BoolStorage", DType.Bool), ("ComplexFloatStorage", DType.Complex64), ("ComplexDoubleStorage", DType.Complex128),
        ("QInt8Storage", DType.QInt8), ("QUInt8Storage", DType.QUInt8), ("QInt32Storage", DType.QInt32),
        ("QUInt4x2Storage", DType.QUInt4x2), ("QUInt2x4Storage", DType.QUInt2x4),
    ];

    internal static readonly (string Name, DType DType)[] DTypes =
    [
        ("bool", DType.Bool), ("uint8", DType.UInt8), ("int8", DType.Int8),
        ("uint16", DType.UInt16), ("int16", DType.Int16), ("short", DType.Int16),
        ("uint32", DType.UInt32), ("int32", DType.Int32), ("int", DType.Int32),
        ("uint64", DType.UInt64), ("int64", DType.Int64), ("long", DType.Int64),
        ("float16", DType.Float16), ("half", DType.Float16), ("bfloat16", DType.BFloat16),
        ("float32", DType.Float32), ("float", DType.Float32), ("float64", DType.Float64), ("double", DType.Float64),
        ("complex32", DType.Complex32), ("chalf", DType.Complex32), ("complex64", DType.Complex64), ("cfloat", DType.Complex64),
        ("complex128", DType.Complex128), ("cdouble", DType.Complex128),
        ("qint8", DType.QInt8), ("quint8", DType.QUInt8), ("qint32", DType.QInt32), ("quint4x2", DType.QUInt4x2), ("quint2x4", DType.QUInt2x4),
        ("float8_e4m3fn", DType.Float8E4M3), ("float8_e4m3fnuz", DType.Float8E4M3Fnuz),
        ("float8_e5m2", DType.Float8E5M2), ("float8_e5m2fnuz", DType.Float8E5M2Fnuz), ("float8_e8m0fnu", DType.Float8E8M0),
    ];

    internal static readonly string[] QuantizationSchemes =
    [
        "per_tensor_affine", "per_channel_affine", "per_tensor_symmetric", "per_channel_symmetric", "per_channel_affine_float_qparams",
    ];
}
