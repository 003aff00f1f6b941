namespace ModelRegistry.Inference.Imaging;

/// <summary>Failures of image reading.</summary>
internal static class ImageError
{
    internal static InferenceException Corrupt(string message, Exception? inner = null) =>
        new(InferenceCodes.ImageCorrupt, message, hint: "export the image again", inner: inner);

    internal static InferenceException TooLarge(string message) =>
        new(InferenceCodes.ImageTooLarge, message, hint: "scale the image down first");

    internal static InferenceException Format(string what) =>
        new(
            InferenceCodes.ImageFormat,
            $"the file {what}; PNG, PGM, PPM and npy are read",
            hint: "convert it to PNG; in a program of your own, JPEG, BMP, GIF and WebP are read with the package ModelRegistry.Inference.Images");
}
