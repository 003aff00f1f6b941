using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Tests.Kernels.Reference;

namespace ModelRegistry.Inference.Tests.Kernels;

public sealed class ConvTranspose2dTests
{
    public static TheoryData<string> Widths => KernelAssert.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_RandomGeometries_MatchesReference(string width)
    {
        var random = new Random(1);
        using var workers = new WorkSplitter(2);
        for (int trial = 0, done = 0; done < 120; trial++)
        {
            int groups = trial % 3 == 0 ? random.Next(1, 4) : 1;
            var geometry = new Conv2dGeometry
            {
                InChannels = groups * random.Next(1, 9),
                OutChannels = groups * random.Next(1, trial % 10 == 0 ? 40 : 9),
                KernelHeight = random.Next(1, 5),
                KernelWidth = random.Next(1, 5),
                StrideHeight = random.Next(1, 4),
                StrideWidth = random.Next(1, 4),
                PaddingHeight = random.Next(0, 3),
                PaddingWidth = random.Next(0, 3),
                DilationHeight = random.Next(1, 3),
                DilationWidth = random.Next(1, 3),
                Groups = groups,
            };
            int outputPaddingHeight = random.Next(geometry.StrideHeight), outputPaddingWidth = random.Next(geometry.StrideWidth);
            int height = random.Next(2, 8), columns = random.Next(2, 20);
            if (((height - 1) * geometry.StrideHeight) + geometry.KernelHeight <= 2 * geometry.PaddingHeight
                || ((columns - 1) * geometry.StrideWidth) + geometry.KernelWidth <= 2 * geometry.PaddingWidth)
                continue;
            done++;
            var shape = new ConvTranspose2dShape(geometry, outputPaddingHeight, outputPaddingWidth, random.Next(0, 3), height, columns);
            float[] input = KernelAssert.Values(random, shape.InputLength), weight = KernelAssert.Values(random, shape.WeightLength);
            float[] bias = trial % 2 == 0 ? [] : KernelAssert.Values(random, geometry.OutChannels);
            float[] expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
            var activation = (Activation)(trial % 10);
            ReferenceConvolution.ConvTranspose2d(shape, input, weight, bias, expected);
            ReferenceElementwise.Apply(activation, expected, expected);
            using var convolution = new ConvTranspose2d(geometry, weight, bias, activation, KernelAssert.Kernels(width));
            convolution.Run(shape, input, actual, workers);
            KernelAssert.Close(expected, actual, $"{activation} {shape}");
        }
    }

    [Fact]
    public void Shape_ImpossibleOutput_IsRefused()
    {
        var geometry = new Conv2dGeometry { InChannels = 1, OutChannels = 1, KernelHeight = 1, KernelWidth = 1, PaddingHeight = 2, PaddingWidth = 2 };
        Assert.Throws<ArgumentException>(() => new ConvTranspose2dShape(geometry, 0, 0, 1, 2, 9));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2dShape(geometry, 1, 0, 1, 9, 9));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2dShape(geometry with { StrideHeight = 1 << 30 }, 0, 0, 1, 9, 9));
    }
}
