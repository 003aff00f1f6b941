namespace ModelRegistry.Inference.Operations.Pointwise;

/// <summary>x itself.</summary>
internal sealed class IdentityOperation : Operation
{
    internal override string Name => "identity";

    internal override string Summary => "x; stands for layers that act only in training, such as dropout.";

    internal override bool IsView => true;

    internal override long[] Infer(NodeInference node) => node.Input;
}
