using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Reads inputs and outputs that a manifest ships: one array of an npy file, or the tensors of a safetensors file in the order of their names.</summary>
internal static class TensorFiles
{
    // Every npy file starts with this byte (numpy.lib.format); no safetensors file does, its header would be too long.
    private const byte NpyStart = 0x93;

    public static IReadOnlyList<Tensor> Read(string path)
    {
        using (var stream = File.OpenRead(path))
        {
            if (stream.ReadByte() == NpyStart)
            {
                stream.Position = 0;
                return [NpyFile.Read(stream).ToTensor("input")];
            }
        }

        using var file = WeightsFile.Open(path);
        return [.. file.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal).Select(Copy)];
    }

    public static Tensor FromNpy(string name, ReadOnlyMemory<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return NpyFile.Read(stream).ToTensor(name);
    }

    // The file is closed before the tensor is used.
    private static Tensor Copy(Tensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.CopyTo(bytes);
        return Tensor.FromBytes(tensor.Name, tensor.DType, tensor.Shape.AsSpan(), bytes);
    }
}
