using ModelRegistry.Inference;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Reads inputs and outputs that a manifest ships: one array of an npy file, or the tensors of a safetensors file in the order of their names.</summary>
internal static class TensorFiles
{
    public static IReadOnlyList<TensorValue> Read(string path)
    {
        using (var stream = File.OpenRead(path))
        {
            // Every npy file starts with this byte (numpy.lib.format); no safetensors file does, its header would be too long.
            if (stream.ReadByte() != 0x93) return ReadTensors(path);
        }

        return [TensorValue.ReadNpy(path)];
    }

    private static IReadOnlyList<TensorValue> ReadTensors(string path)
    {
        using var file = WeightsFile.Open(path);
        return [.. file.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => new TensorValue(t.Shape.AsSpan(), t.ToFloat32()))];
    }
}
