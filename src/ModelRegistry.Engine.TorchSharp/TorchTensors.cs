using System.Runtime.InteropServices;
using ModelRegistry.Inference;
using ModelRegistry.Weights;
using Torch = TorchSharp.torch;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>Tensors of files and tensors of libtorch.</summary>
internal static class TorchTensors
{
    private static readonly (DType Ours, Torch.ScalarType Theirs)[] Pairs =
    [
        (DType.Float32, Torch.ScalarType.Float32), (DType.Float64, Torch.ScalarType.Float64), (DType.Float16, Torch.ScalarType.Float16), (DType.BFloat16, Torch.ScalarType.BFloat16),
        (DType.Int64, Torch.ScalarType.Int64), (DType.Int32, Torch.ScalarType.Int32), (DType.Int16, Torch.ScalarType.Int16), (DType.Int8, Torch.ScalarType.Int8),
        (DType.UInt8, Torch.ScalarType.Byte), (DType.Bool, Torch.ScalarType.Bool),
    ];

    public static Torch.Tensor Of(Tensor tensor)
    {
        var pair = Array.Find(Pairs, p => p.Ours == tensor.DType);
        if (pair == default) throw new InferenceException("MR0616", $"element type {tensor.DType.DisplayName()} is not known to TorchSharp");
        var made = Torch.empty([.. tensor.Shape], dtype: pair.Theirs);
        tensor.CopyTo(made.bytes);
        return made;
    }

    public static Torch.Tensor Of(ReadOnlySpan<float> values, IReadOnlyList<long> shape)
    {
        var made = Torch.empty([.. shape], dtype: Torch.ScalarType.Float32);
        MemoryMarshal.AsBytes(values).CopyTo(made.bytes);
        return made;
    }

    public static Tensor Back(string name, Torch.Tensor tensor)
    {
        var pair = Array.Find(Pairs, p => p.Theirs == tensor.dtype);
        if (pair == default) throw new InferenceException("MR0616", $"output '{name}' is {tensor.dtype}, which is not read here");
        using var plain = tensor.contiguous();
        return Tensor.FromBytes(name, pair.Ours, plain.shape, plain.bytes.ToArray());
    }
}
