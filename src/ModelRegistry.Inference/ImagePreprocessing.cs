using System.Text.Json;
using ModelRegistry.Inference.Imaging;

namespace ModelRegistry.Inference;

/// <summary>
/// From a picture to a network's input, in the terms of a manifest: resize, centre crop, scale to 0..1, subtract the
/// mean, divide by the standard deviation, one plane per channel. As torchvision's <c>Resize</c> (bilinear, antialias),
/// <c>CenterCrop</c>, <c>ToTensor</c>, <c>Normalize</c>, computed in float32 throughout.
/// </summary>
public sealed record ImagePreprocessing
{
    private const int LargestSize = 16_384;

    /// <summary>Length of the shorter side after resizing, in pixels; null keeps the size.</summary>
    public int? Resize { get; init; }

    /// <summary>Height and width of the square cut from the middle, in pixels; padded with black where the image is smaller. Null keeps all.</summary>
    public int? Crop { get; init; }

    /// <summary>Subtracted from values of 0 to 1: one for all channels, or one for each. Empty for 0.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [];

    /// <summary>Divided by after the mean: one for all channels, or one for each. Empty for 1.</summary>
    public IReadOnlyList<float> Std { get; init; } = [];

    /// <summary><c>NCHW</c> (default) or <c>NHWC</c>.</summary>
    public string Layout { get; init; } = "NCHW";

    /// <summary>The usual one for networks trained on ImageNet: shorter side 256, crop 224, ImageNet's mean and deviation.</summary>
    public static ImagePreprocessing ImageNet { get; } = new()
    {
        Resize = 256,
        Crop = 224,
        Mean = [0.485f, 0.456f, 0.406f],
        Std = [0.229f, 0.224f, 0.225f],
    };

    /// <summary>Reads the <c>preprocessing</c> object of a manifest: <c>resize</c>, <c>crop</c>, <c>mean</c>, <c>std</c>, <c>layout</c>; others are ignored.</summary>
    /// <exception cref="InferenceException">MR0623: a field is of the wrong kind or out of range.</exception>
    public static ImagePreprocessing Parse(JsonElement json) => PreprocessingReader.Read(json);

    /// <summary>The network's input for one image.</summary>
    /// <param name="image">Grey is repeated for three channels; RGB becomes grey (ITU-R 601 luma) for one.</param>
    /// <param name="channels">What the network takes: 1 or 3.</param>
    /// <returns>[1, channels, height, width], or [1, height, width, channels] for NHWC.</returns>
    /// <exception cref="InferenceException">MR0623: mean or deviation do not suit the channels.</exception>
    public TensorValue Apply(ImageInput image, int channels)
    {
        ArgumentNullException.ThrowIfNull(image);
        Validate(channels);
        var planes = Planes.Of(image, channels);
        if (Resize is { } shorter)
            planes = Resampling.ShorterSide(planes, shorter);
        if (Crop is { } size)
            planes = planes.CentreCrop(size);
        planes.Normalize(Mean, Std);
        return Layout == "NHWC"
            ? new TensorValue([1, planes.Height, planes.Width, channels], planes.Interleaved())
            : new TensorValue([1, channels, planes.Height, planes.Width], planes.Values);
    }

    private void Validate(int channels)
    {
        if (channels is not (1 or 3))
            throw Invalid($"an image gives 1 or 3 channels, not {channels}");
        if (Resize is < 1 or > LargestSize || Crop is < 1 or > LargestSize)
            throw Invalid($"'resize' and 'crop' lie between 1 and {LargestSize} pixels");
        if ((Mean.Count > 1 && Mean.Count != channels) || (Std.Count > 1 && Std.Count != channels))
            throw Invalid($"'mean' has {Mean.Count} and 'std' {Std.Count} values for {channels} channels");
        if (Mean.Any(value => !float.IsFinite(value)) || Std.Any(value => !float.IsFinite(value) || value == 0))
            throw Invalid("'mean' must be finite, and 'std' finite and not 0");
        if (Layout is not ("NCHW" or "NHWC"))
            throw Invalid($"layout '{DisplayText.Escape(Layout)}' is not known; NCHW and NHWC are");
    }

    internal static InferenceException Invalid(string message) =>
        new(InferenceCodes.PreprocessingInvalid, message, "preprocessing", "correct the 'preprocessing' of the manifest");
}
