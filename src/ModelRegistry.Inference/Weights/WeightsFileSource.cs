using System.Runtime.InteropServices;
using ModelRegistry.Weights;

namespace ModelRegistry.Inference.Weights;

/// <summary>The state dict of a weights file. float32 is read where it lies in the mapped file; other types are widened into a copy.</summary>
internal sealed class WeightsFileSource : IWeightSource
{
    private readonly Dictionary<string, Tensor> _tensors;

    internal WeightsFileSource(WeightsFile file)
    {
        _tensors = new Dictionary<string, Tensor>(file.Tensors.Count, StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
        {
            if (!_tensors.TryAdd(tensor.Name, tensor))
                throw new InferenceException(InferenceCodes.TensorAmbiguous, $"two tensors of the weights file are called '{DisplayText.Escape(tensor.Name)}'", hint: "a network cannot tell them apart");
        }
    }

    public IReadOnlyCollection<string> Keys => _tensors.Keys;

    public IReadOnlyList<long>? Shape(string key) => _tensors.TryGetValue(key, out var tensor) ? tensor.Shape : null;

    public ReadOnlySpan<float> Values(string key)
    {
        var tensor = _tensors[key];

        // A file range means contiguous little-endian bytes.
        return tensor is { DType: DType.Float32, FileRange: not null, ByteLength: <= int.MaxValue } && BitConverter.IsLittleEndian
            ? MemoryMarshal.Cast<byte, float>(tensor.Bytes)
            : tensor.ToFloat32();
    }
}
