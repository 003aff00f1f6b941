using System.Buffers;
using System.Text;

namespace ModelRegistry.Weights;

/// <summary>Names of tensors as they stand in a file, and what every target demands of them.</summary>
internal static class TensorNames
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The model's tensors under the names they have within its state dict, not escaped.</summary>
    public static IReadOnlyList<NamedTensor> Of(WeightsFile file)
    {
        var skip = file.Tensors.Count == 0 ? 0 : StepsOf(file.StateDictPath, file.Tensors[0]);
        return [.. file.Tensors.Select(tensor => new NamedTensor(string.Join('.', tensor.KeyPath.Skip(skip).Select(key => key.Text)), tensor))];
    }

    /// <exception cref="WeightsFormatException">MR0573: two tensors have the same name.</exception>
    public static void RequireUnique(IEnumerable<NamedTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in tensors)
        {
            if (!names.Add(name))
                throw WritingError.BadName(name, "two tensors have it");
        }
    }

    /// <exception cref="WeightsFormatException">MR0576: there is nothing to write.</exception>
    public static void RequireData(string name, Tensor tensor)
    {
        if (!tensor.HasData)
            throw new WeightsFormatException(WritingError.NoData, $"tensor {Display.Quote(name)} cannot be written: its file holds no data for it");
    }

    /// <exception cref="WeightsFormatException">MR0573: half of a surrogate pair.</exception>
    public static void StrictUtf8(string text, ArrayBufferWriter<byte> destination)
    {
        try
        {
            Strict.GetBytes(text, destination);
        }
        catch (EncoderFallbackException e)
        {
            throw new WeightsFormatException(WritingError.Name, $"text {Display.Quote(text)} cannot be written: it holds an unpaired surrogate", inner: e);
        }
    }

    /// <summary>Keys of a path that lead to the state dict; a key may itself hold dots.</summary>
    private static int StepsOf(string stateDictPath, Tensor tensor)
    {
        if (stateDictPath.Length == 0)
            return 0;
        for (var steps = 1; steps < tensor.KeyPath.Length; steps++)
        {
            var path = string.Join('.', tensor.KeyPath.Take(steps).Select(key => key.Text));
            if (path == stateDictPath || Display.Escape(path) == stateDictPath)
                return steps;
        }
        return 0;
    }
}

/// <summary>A tensor and the name it is to be written under.</summary>
/// <param name="Name">As it will stand in the file, not escaped.</param>
/// <param name="Tensor">Where its data comes from; its file stays open until the writing is done.</param>
public readonly record struct NamedTensor(string Name, Tensor Tensor);
