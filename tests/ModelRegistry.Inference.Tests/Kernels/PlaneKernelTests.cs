using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Tests.Kernels.Reference;

namespace ModelRegistry.Inference.Tests.Kernels;

public sealed class PlaneKernelTests : IDisposable
{
    private readonly WorkSplitter workers = new(2);

    public static TheoryData<string> Widths => KernelAssert.Widths;

    public void Dispose() => workers.Dispose();

    [Theory]
    [MemberData(nameof(Widths))]
    public void Pooling_RandomWindows_MatchesReference(string width)
    {
        var random = new Random(1);
        VectorKernels kernels = KernelAssert.Kernels(width);
        for (int trial = 0; trial < 200; trial++)
        {
            (int Height, int Width) kernel = (random.Next(1, 5), random.Next(1, 5));
            bool dilates = trial % 4 == 0;
            var shape = new Pool2dShape(
                random.Next(0, 4),
                (random.Next(9, 20), random.Next(9, 75)),
                kernel,
                (random.Next(1, 4), random.Next(1, 4)),
                (random.Next(0, (kernel.Height / 2) + 1), random.Next(0, (kernel.Width / 2) + 1)),
                dilates ? (random.Next(1, 3), random.Next(1, 3)) : (1, 1),
                random.Next(2) == 0);
            float[] input = KernelAssert.Values(random, shape.InputLength), expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
            if (trial % 7 == 0 && input.Length > 0)
                input[input.Length / 2] = float.NaN;
            ReferencePooling.Max(shape, input, expected);
            Pooling.Max(shape, input, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"max {shape}", 0);
            if (dilates)
                continue;
            foreach (bool include in new[] { false, true })
            {
                ReferencePooling.Average(shape, include, input, expected);
                Pooling.Average(shape, include, input, actual, workers, kernels);
                KernelAssert.Close(expected, actual, $"average {include} {shape}", 1e-6f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AdaptivePooling_RandomSizes_MatchesReference(string width)
    {
        var random = new Random(2);
        VectorKernels kernels = KernelAssert.Kernels(width);
        for (int trial = 0; trial < 150; trial++)
        {
            var shape = trial % 3 == 0
                ? new PlaneResizeShape(random.Next(0, 4), random.Next(1, 20), random.Next(1, 68), 1, 1)
                : new PlaneResizeShape(random.Next(0, 4), random.Next(1, 20), random.Next(1, 68), random.Next(1, 9), random.Next(1, 9));
            float[] input = KernelAssert.Values(random, shape.InputLength), expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
            ReferencePooling.AdaptiveAverage(shape, input, expected);
            Pooling.AdaptiveAverage(shape, input, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"average {shape}", 1e-6f);
            ReferencePooling.AdaptiveMax(shape, input, expected);
            Pooling.AdaptiveMax(shape, input, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"max {shape}", 0);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Upsampling_RandomSizesAndScales_MatchesReference(string width)
    {
        var random = new Random(3);
        VectorKernels kernels = KernelAssert.Kernels(width);
        for (int trial = 0; trial < 150; trial++)
        {
            int planes = random.Next(0, 4), height = random.Next(1, 12), columns = random.Next(1, 34);
            var shape = trial % 2 == 0
                ? new PlaneResizeShape(planes, height, columns, random.Next(1, 30), random.Next(1, 68))
                : PlaneResizeShape.Scaled(planes, height, columns, 1 + (2 * random.NextDouble()), 1 + (2 * random.NextDouble()));
            float[] input = KernelAssert.Values(random, shape.InputLength), expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
            ReferenceUpsampling.Nearest(shape, input, expected);
            Upsampling.Nearest(shape, input, actual, workers);
            Assert.Equal(expected, actual);
            foreach (bool alignCorners in new[] { false, true })
            {
                ReferenceUpsampling.Bilinear(shape, alignCorners, input, expected);
                Upsampling.Bilinear(shape, alignCorners, input, actual, workers, kernels);
                KernelAssert.Close(expected, actual, $"bilinear {alignCorners} {shape}", 1e-6f);
            }
        }
    }

    [Fact]
    public void Layout_RandomShapes_MatchesReference()
    {
        var random = new Random(4);
        for (int trial = 0; trial < 200; trial++)
        {
            int[] dimensions = [.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => random.Next(trial % 10 == 0 ? 0 : 1, 6))];
            int[] order = [.. Enumerable.Range(0, dimensions.Length)];
            random.Shuffle(order);
            var shape = new PermuteShape(dimensions, order);
            float[] input = KernelAssert.Values(random, shape.Length), expected = new float[shape.Length], actual = new float[shape.Length];
            ReferenceLayout.Permute(shape, input, expected);
            Layout.Permute(shape, input, actual, workers);
            Assert.Equal(expected, actual);

            var axis = new AxisShape(random.Next(0, 4), 7, random.Next(0, 5));
            expected = new float[axis.Elements];
            actual = new float[axis.Elements];
            foreach ((int offset, int length) in new[] { (0, 3), (3, 0), (3, 4) })
            {
                float[] part = KernelAssert.Values(random, axis.Outer * length * axis.Inner);
                ReferenceLayout.ConcatPart(axis, offset, length, part, expected);
                Layout.ConcatPart(axis, offset, length, part, actual);
            }

            Assert.Equal(expected, actual);
        }
    }
}
