using System.Collections.Frozen;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Recurrent;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Operations.Convolutions;
using ModelRegistry.Inference.Operations.Layouts;
using ModelRegistry.Inference.Operations.Matrices;
using ModelRegistry.Inference.Operations.Norms;
using ModelRegistry.Inference.Operations.Pointwise;
using ModelRegistry.Inference.Operations.Pools;
using ModelRegistry.Inference.Operations.Sequences;

namespace ModelRegistry.Inference.Operations;

/// <summary>Every operation an architecture may name.</summary>
internal static class OperationCatalogue
{
    internal static IReadOnlyList<Operation> All { get; } =
    [
        new ConvolutionOperation(dimensions: 1),
        new ConvolutionOperation(dimensions: 2),
        new ConvolutionOperation(dimensions: 3),
        new TransposedConvolutionOperation(dimensions: 1),
        new TransposedConvolutionOperation(dimensions: 2),
        new TransposedConvolutionOperation(dimensions: 3),
        new LinearOperation(),
        new BatchNormOperation(),
        new LayerNormOperation(),
        new GroupNormOperation(),
        new InstanceNormOperation(),
        new RmsNormOperation(),
        new NormalizeOperation(),
        new ActivationOperation("relu", "max(x, 0).", Activation.Relu),
        new ActivationOperation("relu6", "min(max(x, 0), 6).", Activation.Relu6),
        new ActivationOperation("hardswish", "x · relu6(x + 3) / 6.", Activation.HardSwish),
        new ActivationOperation("hardsigmoid", "relu6(x + 3) / 6.", Activation.HardSigmoid),
        new ActivationOperation("silu", "x · sigmoid(x).", Activation.Silu),
        new ActivationOperation(
            "gelu", "x · Φ(x).", attributes => attributes.Choice("approximate") == "tanh" ? Activation.GeluTanh : Activation.Gelu, AttributeSpec.Choice("approximate", "How Φ is found.", "none", "none", "tanh")),
        new ActivationOperation("sigmoid", "1 / (1 + exp(-x)).", Activation.Sigmoid),
        new ActivationOperation("tanh", "The hyperbolic tangent.", Activation.Tanh),
        new MapOperation<ElementFunctions.LeakyRelu>("leaky_relu", "x where x > 0, else negative_slope · x.", AttributeSpec.Number("negative_slope", "Slope below 0.", 0.01)),
        new MapOperation<ElementFunctions.Elu>("elu", "x where x > 0, else alpha (exp(x) - 1).", AttributeSpec.Number("alpha", "Limit below 0.", 1)),
        new MapOperation<ElementFunctions.Celu>("celu", "x where x > 0, else alpha (exp(x / alpha) - 1).", AttributeSpec.Number("alpha", "Limit below 0.", 1)),
        new MapOperation<ElementFunctions.Selu>("selu", "elu with the constants that keep mean and variance."),
        new MapOperation<ElementFunctions.Mish>("mish", "x · tanh(softplus(x))."),
        new MapOperation<ElementFunctions.Softplus>(
            "softplus", "log(1 + exp(beta x)) / beta.", AttributeSpec.Number("beta", "Steepness.", 1), AttributeSpec.Number("threshold", "Where beta x exceeds it, the result is x.", 20)),
        new MapOperation<ElementFunctions.Softsign>("softsign", "x / (1 + |x|)."),
        new MapOperation<ElementFunctions.LogSigmoid>("log_sigmoid", "log(sigmoid(x))."),
        new MapOperation<ElementFunctions.Clamp>("clamp", "min(max(x, min), max).", AttributeSpec.Number("min", "Least value; none when left out.", null), AttributeSpec.Number("max", "Largest value; none when left out.", null)),
        new MapOperation<ElementFunctions.Pow>("pow", "x to a power.", AttributeSpec.Number("exponent", "The power.", null) with { Required = true }),
        new MapOperation<ElementFunctions.Sqrt>("sqrt", "√x."),
        new MapOperation<ElementFunctions.ReciprocalSqrt>("rsqrt", "1 / √x."),
        new MapOperation<ElementFunctions.Exp>("exp", "The exponential."),
        new MapOperation<ElementFunctions.Log>("log", "The natural logarithm."),
        new MapOperation<ElementFunctions.Abs>("abs", "|x|."),
        new MapOperation<ElementFunctions.Sin>("sin", "The sine."),
        new MapOperation<ElementFunctions.Cos>("cos", "The cosine."),
        new MapOperation<ElementFunctions.Scale>("scale", "x · factor + offset.", AttributeSpec.Number("factor", "Factor.", 1), AttributeSpec.Number("offset", "Summand.", 0)),
        new PreluOperation(),
        new IdentityOperation(),
        new SoftmaxOperation(),
        new LogSoftmaxOperation(),
        new MaskedSoftmaxOperation(),
        new PoolOperation(average: false, dimensions: 1),
        new PoolOperation(average: false, dimensions: 2),
        new PoolOperation(average: false, dimensions: 3),
        new PoolOperation(average: true, dimensions: 1),
        new PoolOperation(average: true, dimensions: 2),
        new PoolOperation(average: true, dimensions: 3),
        new AdaptivePoolOperation(average: true, dimensions: 1),
        new AdaptivePoolOperation(average: true, dimensions: 2),
        new AdaptivePoolOperation(average: true, dimensions: 3),
        new AdaptivePoolOperation(average: false, dimensions: 1),
        new AdaptivePoolOperation(average: false, dimensions: 2),
        new AdaptivePoolOperation(average: false, dimensions: 3),
        new UpsampleOperation(),
        new ShuffleOperation(Shuffle.PixelsFromChannels),
        new ShuffleOperation(Shuffle.ChannelsFromPixels),
        new ShuffleOperation(Shuffle.Channels),
        new PadOperation(),
        new ConcatOperation(),
        new BroadcastOperation("add", "Sum of two tensors; sizes of 1 are repeated.", Pairing.Add),
        new BroadcastOperation("sub", "Difference of two tensors; sizes of 1 are repeated.", Pairing.Subtract),
        new BroadcastOperation("mul", "Product of two tensors; sizes of 1 are repeated.", Pairing.Multiply),
        new BroadcastOperation("div", "Quotient of two tensors; sizes of 1 are repeated.", Pairing.Divide),
        new BroadcastOperation("maximum", "The larger of two tensors, element by element; sizes of 1 are repeated.", Pairing.Max),
        new BroadcastOperation("minimum", "The smaller of two tensors, element by element; sizes of 1 are repeated.", Pairing.Min),
        new BroadcastOperation("less", "1 where the first is smaller than the second, else 0; sizes of 1 are repeated.", Pairing.Less),
        new BroadcastOperation("equal", "1 where neither is smaller, else 0; sizes of 1 are repeated.", Pairing.Equal),
        new WhereOperation(),
        new FlattenOperation(),
        new ReshapeOperation(),
        new SqueezeOperation(),
        new UnsqueezeOperation(),
        new ExpandOperation(),
        new PermuteOperation(),
        new FlipOperation(),
        new SliceOperation(),
        new ReduceOperation(Reduction.Mean),
        new ReduceOperation(Reduction.Sum),
        new ReduceOperation(Reduction.Max),
        new ReduceOperation(Reduction.Min),
        new MatMulOperation(),
        new EmbeddingOperation(),
        new EmbeddingBagOperation(),
        new ParameterOperation(),
        new ConstantOperation(),
        new AttentionOperation(),
        new RotaryOperation(),
        new RecurrentOperation(RecurrentKind.Lstm),
        new RecurrentOperation(RecurrentKind.Gru),
        new RecurrentOperation(RecurrentKind.Tanh),
        new RecurrentOperation(RecurrentKind.Relu),
    ];

    private static readonly FrozenDictionary<string, Operation> s_byName = All.ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    internal static Operation? Find(string name) => s_byName.GetValueOrDefault(name);
}
