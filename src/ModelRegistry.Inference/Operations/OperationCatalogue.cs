using System.Collections.Frozen;

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
        new ElementwiseOperation("relu", "max(x, 0)."),
        new ElementwiseOperation("relu6", "min(max(x, 0), 6)."),
        new ElementwiseOperation("hardswish", "x · relu6(x + 3) / 6."),
        new ElementwiseOperation("hardsigmoid", "relu6(x + 3) / 6."),
        new ElementwiseOperation("silu", "x · sigmoid(x)."),
        new ElementwiseOperation("gelu", "x · Φ(x).", AttributeSpec.Choice("approximate", "How Φ is found.", "none", "none", "tanh")),
        new ElementwiseOperation("sigmoid", "1 / (1 + exp(-x))."),
        new ElementwiseOperation("tanh", "The hyperbolic tangent."),
        new ElementwiseOperation("identity", "x; stands for layers that act only in training, such as dropout."),
        new SoftmaxOperation(),
        new PoolOperation(average: false),
        new PoolOperation(average: true),
        new AdaptivePoolOperation(average: true),
        new AdaptivePoolOperation(average: false),
        new UpsampleOperation(),
        new ConcatOperation(),
        new BroadcastOperation("add", "Sum of two tensors; sizes of 1 are repeated."),
        new BroadcastOperation("mul", "Product of two tensors; sizes of 1 are repeated."),
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
