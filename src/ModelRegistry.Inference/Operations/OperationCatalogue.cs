using System.Collections.Frozen;
using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Simd;
using ModelRegistry.Inference.Operations.Convolutions;
using ModelRegistry.Inference.Operations.Layouts;
using ModelRegistry.Inference.Operations.Matrices;
using ModelRegistry.Inference.Operations.Norms;
using ModelRegistry.Inference.Operations.Pointwise;
using ModelRegistry.Inference.Operations.Pools;

namespace ModelRegistry.Inference.Operations;

/// <summary>Every operation an architecture may name.</summary>
internal static class OperationCatalogue
{
    internal static IReadOnlyList<Operation> All { get; } =
    [
        new Conv2dOperation(),
        new ConvTranspose2dOperation(),
        new LinearOperation(),
        new BatchNormOperation(),
        new LayerNormOperation(),
        new GroupNormOperation(),
        new ActivationOperation("relu", "max(x, 0).", Activation.Relu),
        new ActivationOperation("relu6", "min(max(x, 0), 6).", Activation.Relu6),
        new ActivationOperation("hardswish", "x · relu6(x + 3) / 6.", Activation.HardSwish),
        new ActivationOperation("hardsigmoid", "relu6(x + 3) / 6.", Activation.HardSigmoid),
        new ActivationOperation("silu", "x · sigmoid(x).", Activation.Silu),
        new ActivationOperation(
            "gelu", "x · Φ(x).", attributes => attributes.Choice("approximate") == "tanh" ? Activation.GeluTanh : Activation.Gelu, AttributeSpec.Choice("approximate", "How Φ is found.", "none", "none", "tanh")),
        new ActivationOperation("sigmoid", "1 / (1 + exp(-x)).", Activation.Sigmoid),
        new ActivationOperation("tanh", "The hyperbolic tangent.", Activation.Tanh),
        new IdentityOperation(),
        new SoftmaxOperation(),
        new PoolOperation(average: false),
        new PoolOperation(average: true),
        new AdaptivePoolOperation(average: true),
        new AdaptivePoolOperation(average: false),
        new UpsampleOperation(),
        new ConcatOperation(),
        new BroadcastOperation("add", "Sum of two tensors; sizes of 1 are repeated.", Pairing.Add),
        new BroadcastOperation("mul", "Product of two tensors; sizes of 1 are repeated.", Pairing.Multiply),
        new FlattenOperation(),
        new ReshapeOperation(),
        new ExpandOperation(),
        new PermuteOperation(),
        new SliceOperation(),
        new MeanOperation(),
        new MatMulOperation(),
        new EmbeddingOperation(),
        new ParameterOperation(),
        new AttentionOperation(),
    ];

    private static readonly FrozenDictionary<string, Operation> s_byName = All.ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    internal static Operation? Find(string name) => s_byName.GetValueOrDefault(name);
}
