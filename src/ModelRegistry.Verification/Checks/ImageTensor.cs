using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Engines;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Makes a network's input of an image.</summary>
internal static class ImageTensor
{
    /// <exception cref="InferenceException">MR0616: the network takes no image, or fixes sizes that this one does not have after its preprocessing.</exception>
    public static Tensor Prepare(ImageInput image, string? preprocessing, ImmutableArray<EngineInput> inputs)
    {
        var settings = new Inference.ImagePreprocessing();
        if (preprocessing is not null)
        {
            using var document = JsonDocument.Parse(preprocessing);
            settings = Inference.ImagePreprocessing.Parse(document.RootElement);
        }

        if (inputs is not [var input]) throw Unfit($"the network takes {inputs.Length} inputs, and an image is one", "give a safetensors file with one array for each with --input");
        if (!TensorValues.IsFloat(input.DType)) throw Unfit($"the network takes {input.DType.DisplayName()}, not an image", "give an array with --input");
        var prepared = input.Shape switch
        {
            [_, var first, _, var last] => settings.Apply(image, (settings.Layout == "NHWC" ? last : first) is > 0 and var channels ? (int)channels : image.Channels),
            [_, var features] => Flat(settings.Apply(image, Channels(image, settings, features))),
            _ => throw Unfit($"the network takes {Show(input.Shape)}, not an image", "give an array with --input"),
        };
        if (input.Shape.Zip(prepared.Shape).Skip(1).Any(d => d.First > 0 && d.First != d.Second))
        {
            throw Unfit(
                $"the image of {image.Width}x{image.Height} becomes {Show(prepared.Shape)}, and the network takes {Show(input.Shape)}",
                "declare the preprocessing of the model (resize, crop, layout), or give an image of the right size");
        }

        return TensorValues.As(input.DType, input.Name, [.. prepared.Shape], prepared.Values.Span);
    }

    // A vector does not say how many channels it is made of: those that fill it.
    private static int Channels(ImageInput image, Inference.ImagePreprocessing settings, long features)
    {
        if (features < 0) return image.Channels;
        var pixels = (settings with { Mean = [], Std = [] }).Apply(image, channels: 1).Values.Length;
        return features == 3L * pixels ? 3 : 1;
    }

    private static TensorValue Flat(TensorValue tensor) => new([1, tensor.Values.Length], tensor.Values);

    private static InferenceException Unfit(string message, string hint) => new("MR0616", message, hint: hint);

    private static string Show(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
