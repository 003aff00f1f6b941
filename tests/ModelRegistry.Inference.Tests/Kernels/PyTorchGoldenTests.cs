using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Convolution;
using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Tests.Kernels.Reference;

namespace ModelRegistry.Inference.Tests.Kernels;

/// <summary>References and fast paths against what PyTorch computed.</summary>
public sealed class PyTorchGoldenTests : IDisposable
{
    private readonly WorkSplitter workers = new(2);

    public static TheoryData<string> Ops => [.. GoldenCase.All.Select(item => item.Op).Distinct()];

    public void Dispose() => workers.Dispose();

    [Theory]
    [MemberData(nameof(Ops))]
    public void Kernel_GivesWhatPyTorchGives(string op)
    {
        foreach (GoldenCase item in GoldenCase.All.Where(item => item.Op == op))
        {
            float[] expected = item.Output, reference = new float[expected.Length], actual = new float[expected.Length];
            Run(item, reference, actual);
            KernelAssert.Close(expected, reference, $"reference of {item}");
            KernelAssert.Close(expected, actual, $"fast path of {item}");
        }
    }

    private void Run(GoldenCase item, float[] reference, float[] actual)
    {
        float[] x = item.Input(0);
        int[] shape = item.Shape(0);
        switch (item.Op)
        {
            case "conv2d": Conv2d(item, reference, actual); break;
            case "conv_transpose2d": ConvTranspose2d(item, reference, actual); break;
            case "linear":
                {
                    using var linear = new Linear(shape[1], item.Shape(1)[0], item.Input(1), item.Input(2));
                    ReferenceMatrix.Linear(shape[0], shape[1], item.Shape(1)[0], x, item.Input(1), item.Input(2), reference);
                    linear.Run(shape[0], x, actual, workers);
                    break;
                }

            case "matmul":
                {
                    var product = new MatMulShape(shape, item.Shape(1));
                    Assert.Equal(item.OutputShape, product.OutputDimensions);
                    ReferenceMatrix.MatMul(product, x, item.Input(1), reference);
                    MatMul.Run(product, x, item.Input(1), actual, workers);
                    break;
                }

            case "activation":
                {
                    var activation = Enum.Parse<Activation>(item.Text("name").Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
                    ReferenceElementwise.Apply(activation, x, reference);
                    Elementwise.Apply(activation, x, actual, workers);
                    break;
                }

            case "softmax":
                {
                    var axis = AxisShape.Of(shape, item.Int("axis"));
                    ReferenceNormalization.Softmax(axis, x, reference);
                    Normalization.Softmax(axis, x, actual, workers);
                    break;
                }

            case "batch_norm":
                {
                    var channels = AxisShape.Of(shape, 1);
                    float epsilon = item.Float("epsilon");
                    ReferenceNormalization.BatchNorm(channels, x, item.Input(1), item.Input(2), item.Input(3), item.Input(4), epsilon, reference);
                    Normalization.BatchNorm(
                        channels, x, item.Input(1), item.Input(2), item.Input(3), item.Input(4), epsilon, Activation.None, actual, workers);
                    break;
                }

            case "layer_norm":
                ReferenceNormalization.LayerNorm(shape[0], shape[1], x, item.Input(1), item.Input(2), item.Float("epsilon"), reference);
                Normalization.LayerNorm(shape[0], shape[1], x, item.Input(1), item.Input(2), item.Float("epsilon"), actual, workers);
                break;
            case "group_norm":
                ReferenceNormalization.GroupNorm(
                    AxisShape.Of(shape, 1), item.Int("groups"), x, item.Input(1), item.Input(2), item.Float("epsilon"), reference);
                Normalization.GroupNorm(
                    AxisShape.Of(shape, 1), item.Int("groups"), x, item.Input(1), item.Input(2), item.Float("epsilon"), actual, workers);
                break;
            case "max_pool2d" or "avg_pool2d": Pool(item, reference, actual); break;
            case "adaptive_avg_pool2d":
                ReferencePooling.AdaptiveAverage(Resize(item), x, reference);
                Pooling.AdaptiveAverage(Resize(item), x, actual, workers);
                break;
            case "adaptive_max_pool2d":
                ReferencePooling.AdaptiveMax(Resize(item), x, reference);
                Pooling.AdaptiveMax(Resize(item), x, actual, workers);
                break;
            case "nearest":
                ReferenceUpsampling.Nearest(Resize(item), x, reference);
                Upsampling.Nearest(Resize(item), x, actual, workers);
                break;
            case "bilinear":
                ReferenceUpsampling.Bilinear(Resize(item), item.Flag("align"), x, reference);
                Upsampling.Bilinear(Resize(item), item.Flag("align"), x, actual, workers);
                break;
            case "concat": Concat(item, reference, actual); break;
            case "add":
                ReferenceElementwise.Add(new BroadcastShape(shape, item.Shape(1)), x, item.Input(1), reference);
                Elementwise.Combine(Pairing.Add, new BroadcastShape(shape, item.Shape(1)), x, item.Input(1), Activation.None, actual, workers);
                break;
            case "mul":
                ReferenceElementwise.Multiply(new BroadcastShape(shape, item.Shape(1)), x, item.Input(1), reference);
                Elementwise.Combine(Pairing.Multiply, new BroadcastShape(shape, item.Shape(1)), x, item.Input(1), Activation.None, actual, workers);
                break;
            case "permute":
                ReferenceLayout.Permute(new PermuteShape(shape, item.List("order")), x, reference);
                Layout.Permute(new PermuteShape(shape, item.List("order")), x, actual, workers);
                break;
            case "embedding":
                ReferenceMatrix.Embedding(shape[1], x, item.Indices(1), reference);
                // The look-up itself is the operation's: OperationGoldenTests.
                reference.CopyTo(actual, 0);
                break;
            case "attention":
                {
                    var attention = new AttentionShape(shape[0], shape[1], item.Shape(1)[1], shape[2], item.Shape(2)[2]) { Causal = item.Flag("causal") };
                    ReferenceMatrix.Attention(attention, x, item.Input(1), item.Input(2), item.Input(3), reference);
                    Attention.Run(attention, x, item.Input(1), item.Input(2), item.Input(3), actual, workers);
                    break;
                }

            default: throw new InvalidDataException($"no kernel for {item.Op}");
        }
    }

    private static Conv2dGeometry Geometry(GoldenCase item, int outChannels) => new()
    {
        InChannels = item.Shape(0)[1],
        OutChannels = outChannels,
        KernelHeight = item.Shape(1)[2],
        KernelWidth = item.Shape(1)[3],
        StrideHeight = item.Pair("stride").Height,
        StrideWidth = item.Pair("stride").Width,
        PaddingHeight = item.Pair("padding").Height,
        PaddingWidth = item.Pair("padding").Width,
        DilationHeight = item.Pair("dilation").Height,
        DilationWidth = item.Pair("dilation").Width,
        Groups = item.Int("groups"),
    };

    private static PlaneResizeShape Resize(GoldenCase item)
    {
        int[] shape = item.Shape(0);
        int planes = shape[0] * shape[1];
        if (item.Op is "nearest" or "bilinear" && item.Scale() is { } scale)
            return PlaneResizeShape.Scaled(planes, shape[2], shape[3], scale.Height, scale.Width);
        (int height, int width) = item.Pair("size");
        return new PlaneResizeShape(planes, shape[2], shape[3], height, width);
    }

    private void Conv2d(GoldenCase item, float[] reference, float[] actual)
    {
        Conv2dGeometry geometry = Geometry(item, item.Shape(1)[0]);
        Conv2dShape shape = geometry.For(item.Shape(0)[0], item.Shape(0)[2], item.Shape(0)[3]);
        Assert.Equal(item.OutputShape, new[] { shape.Batch, geometry.OutChannels, shape.OutHeight, shape.OutWidth });
        ReferenceConvolution.Conv2d(shape, item.Input(0), item.Input(1), item.Input(2), reference);
        using var convolution = new Conv2d(geometry, item.Input(1), item.Input(2));
        convolution.Run(shape, item.Input(0), [], actual, workers);
    }

    private void ConvTranspose2d(GoldenCase item, float[] reference, float[] actual)
    {
        Conv2dGeometry geometry = Geometry(item, item.Shape(1)[1] * item.Int("groups"));
        (int outputPaddingHeight, int outputPaddingWidth) = item.Pair("output_padding");
        var shape = new ConvTranspose2dShape(geometry, outputPaddingHeight, outputPaddingWidth, item.Shape(0)[0], item.Shape(0)[2], item.Shape(0)[3]);
        Assert.Equal(item.OutputShape, new[] { shape.Batch, geometry.OutChannels, shape.OutHeight, shape.OutWidth });
        ReferenceConvolution.ConvTranspose2d(shape, item.Input(0), item.Input(1), item.Input(2), reference);
        using var convolution = new ConvTranspose2d(geometry, item.Input(1), item.Input(2));
        convolution.Run(shape, item.Input(0), actual, workers);
    }

    private void Pool(GoldenCase item, float[] reference, float[] actual)
    {
        int[] dimensions = item.Shape(0);
        bool max = item.Op == "max_pool2d";
        var shape = new Pool2dShape(
            dimensions[0] * dimensions[1],
            (dimensions[2], dimensions[3]),
            item.Pair("kernel"),
            item.Pair("stride"),
            item.Pair("padding"),
            max ? item.Pair("dilation") : (1, 1),
            item.Flag("ceil"));
        Assert.Equal(item.OutputShape[2..], new[] { shape.OutHeight, shape.OutWidth });
        if (max)
        {
            ReferencePooling.Max(shape, item.Input(0), reference);
            Pooling.Max(shape, item.Input(0), actual, workers);
        }
        else
        {
            ReferencePooling.Average(shape, item.Flag("include"), item.Input(0), reference);
            Pooling.Average(shape, item.Flag("include"), item.Input(0), actual, workers);
        }
    }

    private static void Concat(GoldenCase item, float[] reference, float[] actual)
    {
        var axis = AxisShape.Of(item.OutputShape, item.Int("axis"));
        for (int part = 0, offset = 0; part < item.InputCount; part++)
        {
            int length = AxisShape.Of(item.Shape(part), item.Int("axis")).Length;
            ReferenceLayout.ConcatPart(axis, offset, length, item.Input(part), reference);
            Layout.ConcatPart(axis, offset, length, item.Input(part), actual);
            offset += length;
        }
    }
}
