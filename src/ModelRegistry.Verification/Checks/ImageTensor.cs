using System.Text.Json;
using ModelRegistry.Inference;

namespace ModelRegistry.Verification.Checks;

/// <summary>Makes a network's input of an image file.</summary>
internal static class ImageTensor
{
    public static TensorValue Prepare(string path, string? preprocessing, IReadOnlyList<TensorDeclaration> inputs)
    {
        var image = ImageInput.Load(path);
        var settings = new Inference.Preprocessing();
        if (preprocessing is not null)
        {
            using var document = JsonDocument.Parse(preprocessing);
            settings = Inference.Preprocessing.Parse(document.RootElement);
        }

        if (inputs is not [{ Shape: [_, var first, _, var last] }])
            throw new InferenceException("MR0616", "the network takes no image", hint: "give an array with --input");
        var channels = settings.Layout == "NHWC" ? last : first;
        return settings.Apply(image, channels < 0 ? image.Channels : (int)channels);
    }
}
