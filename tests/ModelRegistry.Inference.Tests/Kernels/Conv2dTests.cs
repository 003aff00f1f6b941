using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Tests.Kernels.Reference;

namespace ModelRegistry.Inference.Tests.Kernels;

public sealed class Conv2dTests
{
    public static TheoryData<string> Widths => KernelAssert.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_RandomGeometries_MatchesReference(string width)
    {
        var random = new Random(20);
        using var one = new WorkSplitter(1);
        using var three = new WorkSplitter(3);
        for (int trial = 0; trial < 90; trial++)
        {
            int groups = random.Next(4) == 0 ? random.Next(1, 5) : 1;
            Conv2dShape shape = Random(random, groups * random.Next(1, 10), groups * random.Next(1, 40), groups, random.Next(0, 4));
            Check(width, shape, random, one);
            Check(width, shape, random, three);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_Depthwise_MatchesReference(string width)
    {
        var random = new Random(21);
        using var workers = new WorkSplitter(2);
        for (int trial = 0; trial < 100; trial++)
        {
            int channels = random.Next(2, 20);
            Check(width, Random(random, channels, channels, channels, random.Next(0, 3)), random, workers);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_DepthwiseOfEveryWidth_MatchesReference(string width)
    {
        var random = new Random(28);
        using var workers = new WorkSplitter(2);
        for (int columns = 5; columns <= 70; columns++)
            foreach ((int kernel, int stride, int padding) in new[] { (3, 1, 1), (3, 2, 1), (5, 1, 2), (3, 2, 0), (5, 2, 2) })
            {
                var geometry = new Conv2dGeometry
                {
                    InChannels = 3,
                    OutChannels = 3,
                    KernelHeight = kernel,
                    KernelWidth = kernel,
                    StrideHeight = stride,
                    StrideWidth = stride,
                    PaddingHeight = padding,
                    PaddingWidth = padding,
                    Groups = 3,
                };
                Check(width, geometry.For(2, 5 + (columns % 14), columns), random, workers);
            }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_DepthOverSeveralBlocks_MatchesReference(string width)
    {
        var random = new Random(22);
        using var one = new WorkSplitter(1);
        using var two = new WorkSplitter(2);
        foreach ((int inChannels, int outChannels, int kernel, int size) in new[] { (129, 64, 3, 7), (40, 65, 3, 11), (700, 33, 1, 5), (14, 13, 7, 9) })
        {
            var geometry = new Conv2dGeometry
            {
                InChannels = inChannels,
                OutChannels = outChannels,
                KernelHeight = kernel,
                KernelWidth = kernel,
                PaddingHeight = kernel / 2,
                PaddingWidth = kernel / 2,
            };
            Check(width, geometry.For(2, size, size), random, one);
            Check(width, geometry.For(1, size, size + 1), random, two);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_ThreeByThreeOverManyTiles_MatchesReference(string width)
    {
        var random = new Random(27);
        using var workers = new WorkSplitter(2);
        foreach ((int inChannels, int outChannels, int height, int columns, int padding) in new[]
                 {
                     (16, 16, 28, 28, 1), (17, 21, 25, 27, 1), (16, 40, 9, 75, 0), (40, 17, 21, 31, 2), (16, 16, 3, 200, 1),
                 })
        {
            var geometry = new Conv2dGeometry
            {
                InChannels = inChannels,
                OutChannels = outChannels,
                KernelHeight = 3,
                KernelWidth = 3,
                PaddingHeight = padding,
                PaddingWidth = padding,
            };

            // Minimal filtering rounds transformed values, at the scale of the sums, which a bounded activation would hide.
            Check(width, geometry.For(inChannels == 17 ? 2 : 1, height, columns), random, workers, Activation.Relu, 2e-5f);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_EveryWidthUpTo67Columns_MatchesReference(string width)
    {
        var random = new Random(23);
        using var workers = new WorkSplitter(1);
        for (int columns = 1; columns <= 67; columns++)
            foreach (int kernel in new[] { 1, 3 })
            {
                var geometry = new Conv2dGeometry
                {
                    InChannels = 3,
                    OutChannels = 1 + (columns % 29),
                    KernelHeight = 1,
                    KernelWidth = kernel,
                    PaddingWidth = kernel / 2,
                };
                Check(width, geometry.For(1, 1, columns), random, workers);
            }
    }

    [Fact]
    public void Run_MoreWorkers_GivesTheSameBits()
    {
        var random = new Random(24);
        using var one = new WorkSplitter(1);
        using var four = new WorkSplitter(4);
        foreach (int size in new[] { 7, 40 })
        {
            var geometry = new Conv2dGeometry { InChannels = 70, OutChannels = 50, KernelHeight = 3, KernelWidth = 3, PaddingHeight = 1, PaddingWidth = 1 };
            Conv2dShape shape = geometry.For(1, size, size);
            float[] input = KernelAssert.Values(random, shape.InputLength);
            using var convolution = new Conv2d(geometry, KernelAssert.Values(random, geometry.WeightLength), [], Activation.HardSwish);
            float[] alone = new float[shape.OutputLength], together = new float[shape.OutputLength];
            convolution.Run(shape, input, [], alone, one);
            convolution.Run(shape, input, [], together, four);
            Assert.Equal(alone, together);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_NaNInput_ReachesTheOutputThroughRelu(string width)
    {
        var geometry = new Conv2dGeometry { InChannels = 1, OutChannels = 12, KernelHeight = 3, KernelWidth = 3, PaddingHeight = 1, PaddingWidth = 1 };
        Conv2dShape shape = geometry.For(1, 9, 9);
        float[] input = KernelAssert.Values(new Random(25), shape.InputLength), output = new float[shape.OutputLength];
        input[40] = float.NaN;
        using var workers = new WorkSplitter(1);
        using var convolution = new Conv2d(
            geometry, KernelAssert.Values(new Random(26), geometry.WeightLength), [], Activation.Relu6, KernelAssert.Kernels(width));
        convolution.Run(shape, input, [], output, workers);
        Assert.Equal(12 * 9, output.Count(float.IsNaN));
    }

    [Fact]
    public void Run_WrongLengths_AreRefused()
    {
        var geometry = new Conv2dGeometry { InChannels = 1, OutChannels = 1, KernelHeight = 3, KernelWidth = 3 };
        using var workers = new WorkSplitter(1);
        using var convolution = new Conv2d(geometry, new float[9], []);
        Conv2dShape shape = geometry.For(1, 5, 5);
        Assert.Throws<ArgumentException>(() => convolution.Run(shape, new float[24], [], new float[9], workers));
        Assert.Throws<ArgumentException>(() => convolution.Run(shape, new float[25], [], new float[8], workers));
        Assert.Throws<ArgumentException>(() => convolution.Run(shape, new float[25], new float[1], new float[9], workers));
        Assert.Throws<ArgumentException>(() => new Conv2d(geometry, new float[8], []));
        Assert.Throws<ArgumentException>(() => geometry.For(1, 2, 5));
        Assert.Throws<ArgumentException>(() => geometry.For(1 << 20, 1 << 10, 1 << 10));
        Assert.Throws<ArgumentException>(() => (geometry with { Groups = 2 }).Validated());
    }

    private static Conv2dShape Random(Random random, int inChannels, int outChannels, int groups, int batch)
    {
        var geometry = new Conv2dGeometry
        {
            InChannels = inChannels,
            OutChannels = outChannels,
            KernelHeight = random.Next(1, 5),
            KernelWidth = random.Next(1, 5),
            StrideHeight = random.Next(1, 4),
            StrideWidth = random.Next(1, 4),
            PaddingHeight = random.Next(0, 4),
            PaddingWidth = random.Next(0, 4),
            DilationHeight = random.Next(1, 4),
            DilationWidth = random.Next(1, 4),
            Groups = groups,
        };
        int smallestHeight = ((geometry.KernelHeight - 1) * geometry.DilationHeight) + 1;
        int smallestWidth = ((geometry.KernelWidth - 1) * geometry.DilationWidth) + 1;
        return geometry.For(batch, smallestHeight + random.Next(0, 12), smallestWidth + random.Next(0, 24));
    }

    private static void Check(string width, Conv2dShape shape, Random random, WorkSplitter workers, Activation? only = null, float relative = 1e-5f)
    {
        Conv2dGeometry g = shape.Geometry;
        float[] input = KernelAssert.Values(random, shape.InputLength), weight = KernelAssert.Values(random, g.WeightLength);
        float[] bias = random.Next(2) == 0 ? [] : KernelAssert.Values(random, g.OutChannels);
        float[] residual = random.Next(2) == 0 ? [] : KernelAssert.Values(random, shape.OutputLength);
        Activation activation = only ?? (Activation)random.Next(0, (int)Activation.Tanh + 1);
        float[] expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
        ReferenceConvolution.Conv2d(shape, input, weight, bias, expected);
        for (int i = 0; i < residual.Length; i++)
            expected[i] += residual[i];
        ReferenceElementwise.Apply(activation, expected, expected);
        using var convolution = new Conv2d(g, weight, bias, activation, KernelAssert.Kernels(width));
        convolution.Run(shape, input, residual, actual, workers);
        KernelAssert.Close(expected, actual, $"{activation} {shape}", relative);
        if (!Conv2d.RunsInPlace(shape))
            return;
        convolution.Run(shape, input, residual, input, workers);
        Assert.Equal(actual, input);
    }
}
