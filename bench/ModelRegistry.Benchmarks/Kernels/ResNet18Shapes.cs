using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Benchmarks.Kernels;

/// <summary>The distinct convolutions of ResNet-18 at 224×224, batch 1, and how often each occurs.</summary>
internal static class ResNet18Shapes
{
    public static IReadOnlyList<(string Name, int Count, Conv2dShape Shape)> All { get; } =
    [
        ("conv1   7x7/2   3> 64 224", 1, Shape(3, 64, 7, 2, 224)),
        ("layer1  3x3    64> 64  56", 4, Shape(64, 64, 3, 1, 56)),
        ("layer2  3x3/2  64>128  56", 1, Shape(64, 128, 3, 2, 56)),
        ("layer2  1x1/2  64>128  56", 1, Shape(64, 128, 1, 2, 56)),
        ("layer2  3x3   128>128  28", 3, Shape(128, 128, 3, 1, 28)),
        ("layer3  3x3/2 128>256  28", 1, Shape(128, 256, 3, 2, 28)),
        ("layer3  1x1/2 128>256  28", 1, Shape(128, 256, 1, 2, 28)),
        ("layer3  3x3   256>256  14", 3, Shape(256, 256, 3, 1, 14)),
        ("layer4  3x3/2 256>512  14", 1, Shape(256, 512, 3, 2, 14)),
        ("layer4  1x1/2 256>512  14", 1, Shape(256, 512, 1, 2, 14)),
        ("layer4  3x3   512>512   7", 3, Shape(512, 512, 3, 1, 7)),
    ];

    private static Conv2dShape Shape(int inChannels, int outChannels, int kernel, int stride, int size) => new Conv2dGeometry
    {
        InChannels = inChannels,
        OutChannels = outChannels,
        KernelHeight = kernel,
        KernelWidth = kernel,
        StrideHeight = stride,
        StrideWidth = stride,
        PaddingHeight = kernel / 2,
        PaddingWidth = kernel / 2,
    }.For(1, size, size);
}
