using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Tests.Kernels.Reference;

namespace ModelRegistry.Inference.Tests.Kernels;

public sealed class RowKernelTests : IDisposable
{
    private readonly WorkSplitter workers = new(2);

    public static TheoryData<string> Widths => KernelAssert.Widths;

    public void Dispose() => workers.Dispose();

    [Theory]
    [MemberData(nameof(Widths))]
    public void Apply_EveryLengthUpTo67_MatchesReference(string width)
    {
        var random = new Random(1);
        foreach (Activation activation in Enum.GetValues<Activation>())
            for (int length = 0; length <= 67; length++)
            {
                float[] input = [.. KernelAssert.Values(random, length).Select(value => value * 9)];
                float[] expected = new float[length], actual = new float[length];
                ReferenceElementwise.Apply(activation, input, expected);
                Elementwise.Apply(activation, input, actual, workers, KernelAssert.Kernels(width));
                KernelAssert.Close(expected, actual, $"{activation} of {length}", 3e-6f);
                Elementwise.Apply(activation, input, input, workers, KernelAssert.Kernels(width));
                Assert.Equal(actual, input);
            }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Apply_ExtremesAndNaN_MatchReference(string width)
    {
        float[] input = [float.NaN, 0, -0f, 1e-20f, -1e-20f, 1e-4f, -1e-4f, 0.34f, 0.36f, 88, -88, 104, -104, 1e30f, -1e30f, float.PositiveInfinity, 3, -3, 6];
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            float[] expected = new float[input.Length], actual = new float[input.Length];
            ReferenceElementwise.Apply(activation, input, expected);
            Elementwise.Apply(activation, input, actual, workers, KernelAssert.Kernels(width));
            for (int i = 0; i < input.Length; i++)
                Assert.True(
                    expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= 3e-6f * Math.Max(Math.Abs(expected[i]), 0.1f),
                    $"{activation}({input[i]:R}) is {actual[i]:R}, not {expected[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AddAndMultiply_Broadcasts_MatchReference(string width)
    {
        var random = new Random(2);
        (int[] Left, int[] Right)[] pairs =
        [
            ([], []), ([5], [1]), ([1], [5]), ([2, 3, 7, 9], [2, 3, 7, 9]), ([2, 3, 7, 9], [3, 1, 1]), ([3, 1, 1], [2, 3, 7, 9]), ([2, 1, 67], [4, 67]),
            ([4, 1], [1, 66]), ([2, 1, 3, 1], [5, 1, 7]), ([0, 3], [3]), ([3, 5, 1], [3, 5, 40]), ([2, 70000], [2, 70000]), ([2, 70000], [2, 1]),
        ];
        foreach ((int[] left, int[] right) in pairs)
        {
            var shape = new BroadcastShape(left, right);
            float[] l = KernelAssert.Values(random, shape.LeftLength), r = KernelAssert.Values(random, shape.RightLength);
            float[] expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
            ReferenceElementwise.Add(shape, l, r, expected);
            ReferenceElementwise.Apply(Activation.Relu, expected, expected);
            Elementwise.Combine(Pairing.Add, shape, l, r, Activation.Relu, actual, workers, KernelAssert.Kernels(width));
            KernelAssert.Close(expected, actual, $"[{string.Join(", ", left)}] + [{string.Join(", ", right)}]", 1e-6f);
            ReferenceElementwise.Multiply(shape, l, r, expected);
            Elementwise.Combine(Pairing.Multiply, shape, l, r, Activation.None, actual, workers, KernelAssert.Kernels(width));
            KernelAssert.Close(expected, actual, $"[{string.Join(", ", left)}] · [{string.Join(", ", right)}]", 1e-6f);
        }

        Assert.Throws<ArgumentException>(() => new BroadcastShape([2, 3], [2, 4]));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Normalizations_RandomShapes_MatchReference(string width)
    {
        var random = new Random(3);
        VectorKernels kernels = KernelAssert.Kernels(width);
        for (int trial = 0; trial < 60; trial++)
        {
            int groups = random.Next(1, 4);
            var shape = new AxisShape(random.Next(0, 3), groups * random.Next(1, 5), random.Next(1, 68));
            float[] input = KernelAssert.Values(random, shape.Elements), expected = new float[input.Length], actual = new float[input.Length];
            float[] gamma = trial % 2 == 0 ? [] : KernelAssert.Values(random, shape.Length), beta = trial % 3 == 0 ? [] : KernelAssert.Values(random, shape.Length);
            float[] mean = KernelAssert.Values(random, shape.Length), variance = [.. KernelAssert.Values(random, shape.Length).Select(Math.Abs)];

            ReferenceNormalization.BatchNorm(shape, input, mean, variance, gamma, beta, 1e-3f, expected);
            Normalization.BatchNorm(shape, input, mean, variance, gamma, beta, 1e-3f, Activation.None, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"batch norm {shape}");

            ReferenceNormalization.GroupNorm(shape, groups, input, gamma, beta, 1e-3f, expected);
            Normalization.GroupNorm(shape, groups, input, gamma, beta, 1e-3f, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"group norm {groups} {shape}");

            int rows = shape.Outer * shape.Length;
            gamma = trial % 2 == 0 ? [] : KernelAssert.Values(random, shape.Inner);
            beta = trial % 3 == 0 ? [] : KernelAssert.Values(random, shape.Inner);
            ReferenceNormalization.LayerNorm(rows, shape.Inner, input, gamma, beta, 1e-3f, expected);
            Normalization.LayerNorm(rows, shape.Inner, input, gamma, beta, 1e-3f, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"layer norm {rows} rows of {shape.Inner}");

            ReferenceNormalization.Softmax(shape, input, expected);
            Normalization.Softmax(shape, input, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"softmax {shape}");
            var last = new AxisShape(rows, shape.Inner, 1);
            ReferenceNormalization.Softmax(last, input, expected);
            Normalization.Softmax(last, input, actual, workers, kernels);
            KernelAssert.Close(expected, actual, $"softmax {last}");
        }
    }

    [Fact]
    public void Fold_BatchNormAfterConvolution_IsOneConvolution()
    {
        var random = new Random(4);
        var geometry = new Conv2dGeometry { InChannels = 3, OutChannels = 5, KernelHeight = 3, KernelWidth = 3 };
        Conv2dShape shape = geometry.For(2, 6, 7);
        float[] input = KernelAssert.Values(random, shape.InputLength), weight = KernelAssert.Values(random, geometry.WeightLength), bias = KernelAssert.Values(random, 5);
        float[] mean = KernelAssert.Values(random, 5), variance = [.. KernelAssert.Values(random, 5).Select(Math.Abs)];
        float[] gamma = KernelAssert.Values(random, 5), beta = KernelAssert.Values(random, 5), scale = new float[5], shift = new float[5];
        float[] separate = new float[shape.OutputLength], folded = new float[shape.OutputLength];
        ReferenceConvolution.Conv2d(shape, input, weight, bias, separate);
        ReferenceNormalization.BatchNorm(new AxisShape(2, 5, shape.OutHeight * shape.OutWidth), separate, mean, variance, gamma, beta, 1e-5f, separate);
        BatchNormFolding.ToScaleAndShift(mean, variance, gamma, beta, 1e-5f, scale, shift);
        BatchNormFolding.Fold(weight, bias, scale, shift, geometry.Depth, weight, bias);
        ReferenceConvolution.Conv2d(shape, input, weight, bias, folded);
        KernelAssert.Close(separate, folded, "folded");
    }
}
