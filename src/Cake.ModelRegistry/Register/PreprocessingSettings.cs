namespace Cake.ModelRegistry;

/// <summary>How an image becomes an input tensor, in the order of the properties.</summary>
public sealed class PreprocessingSettings
{
    /// <summary>Length in pixels of the shorter side after resizing; null leaves the size alone.</summary>
    public int? Resize { get; set; }

    /// <summary>Side in pixels of the centred square that is kept; null keeps all.</summary>
    public int? Crop { get; set; }

    /// <summary>Per channel, subtracted from values scaled to 0–1.</summary>
    public ICollection<double> Mean { get; init; } = [];

    /// <summary>Per channel, what the difference is divided by.</summary>
    public ICollection<double> Std { get; init; } = [];

    /// <summary>The order of the dimensions: <c>NCHW</c> (default) or <c>NHWC</c>.</summary>
    public string? Layout { get; set; }
}
