using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>A fully connected layer over the last dimension.</summary>
internal sealed class LinearOperation : Operation
{
    internal override string Name => "linear";

    internal override string Summary => "Fully connected layer over the last dimension; weight [features, inputs].";

    internal override bool HasKey => true;

    // A batch norm counts its channels along dimension 1, which is this layer's last one only in [N, features].
    internal override Fusion Absorbs(int rank) => rank == 2 ? Fusion.BatchNorm | Fusion.Activation : Fusion.Activation;

    internal override IReadOnlyList<AttributeSpec> Attributes { get; } =
    [
        AttributeSpec.Integer("features", "Outputs; read from the weight when left out, checked when given.", 1),
        AttributeSpec.Boolean("bias", "Whether there is a bias tensor.", true),
    ];

    internal override long[] Infer(NodeInference node)
    {
        if (node.Input.Length < 1)
            throw node.Mismatch("takes at least one dimension");
        var weight = node.Tensor("weight", node.Attributes.OptionalInteger("features") ?? Dimension.Unknown, node.Input[^1]);
        if (node.Attributes.Boolean("bias"))
            node.Tensor("bias", weight[0]);
        return [.. node.Input[..^1], weight[0]];
    }

    internal override void Prepare(FusedNode fused, LayerCache layers) => Layer(fused, layers);

    internal override Step Lower(NodeLowering node)
    {
        var (input, output, layer) = (node.Input, node.Output, Layer(node.Fused, node.Layers));
        var rows = ShapeArithmetic.Product(node.InputShape) / layer.InFeatures;
        return node.Step(frame => layer.Run(rows, frame.Read(input), frame.Write(output), frame.Workers));
    }

    private static Linear Layer(FusedNode fused, LayerCache layers) =>
        layers.Get(fused, (_, shape, weight, bias) => new Linear(shape[1], shape[0], weight, bias, fused.Activation));
}
