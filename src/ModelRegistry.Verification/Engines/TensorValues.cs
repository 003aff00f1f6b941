using System.Buffers.Binary;
using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Engines;

/// <summary>Between the tensors that engines exchange and those of the managed engine, which are float32.</summary>
internal static class TensorValues
{
    public static TensorValue Of(Tensor tensor) => new(tensor.Shape.AsSpan(), tensor.ToFloat32());

    /// <summary>Float32 values as another type; integers are rounded towards zero.</summary>
    /// <exception cref="InferenceException">MR0616: the type holds no plain numbers.</exception>
    public static Tensor As(DType dtype, string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        if (dtype == DType.Float32) return Tensor.FromFloat32(name, shape, values);
        var width = dtype.BytesPerElement();
        var bytes = new byte[values.Length * Math.Max(1, width)];
        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes.AsSpan(i * width);
            switch (dtype)
            {
                case DType.Float64: BinaryPrimitives.WriteDoubleLittleEndian(at, values[i]); break;
                case DType.Float16: BinaryPrimitives.WriteHalfLittleEndian(at, (Half)values[i]); break;
                case DType.BFloat16: BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16)); break;
                case DType.Int64: BinaryPrimitives.WriteInt64LittleEndian(at, (long)values[i]); break;
                case DType.UInt64: BinaryPrimitives.WriteUInt64LittleEndian(at, (ulong)values[i]); break;
                case DType.Int32: BinaryPrimitives.WriteInt32LittleEndian(at, (int)values[i]); break;
                case DType.UInt32: BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)values[i]); break;
                case DType.Int16: BinaryPrimitives.WriteInt16LittleEndian(at, (short)values[i]); break;
                case DType.UInt16: BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)values[i]); break;
                case DType.Int8: at[0] = (byte)(sbyte)values[i]; break;
                case DType.UInt8: at[0] = (byte)values[i]; break;
                case DType.Bool: at[0] = values[i] > 0 ? (byte)1 : (byte)0; break;
                default: throw new InferenceException("MR0616", $"no input of type {dtype.DisplayName()} can be made", hint: "give one with --input");
            }
        }

        return Tensor.FromBytes(name, dtype, shape, bytes);
    }

    /// <summary>Whether no value is NaN or infinite.</summary>
    public static bool IsFinite(Tensor tensor) => !IsFloat(tensor.DType) || Array.TrueForAll(tensor.ToFloat32(), float.IsFinite);

    public static bool IsFloat(DType dtype) => dtype is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16;

    /// <summary><c>float32[1, 3, 224, 224]</c>.</summary>
    public static string Show(Tensor tensor) => $"{tensor.DType.DisplayName()}[{string.Join(", ", tensor.Shape)}]";
}
